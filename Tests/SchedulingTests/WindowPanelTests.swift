import Foundation
import KernelIR
import Testing

@testable import Scheduling

/// Inputs of sliding windows that are copied into panels.
@Suite struct WindowPanelTests {
    private static let targets: [TargetProfile] = [.genericAVX2, .genericAVX512]

    /// A panel holds what the windows of its places reach, in whole vectors; rows come first, channels side by side.
    @Test(arguments: targets) func windowsAreCopied(_ target: TargetProfile) throws {
        let lanes = try #require(target.vectorWidths.last)
        let program = WindowPrograms.convolution(8, 6, 5, 37)
        var builder = ScheduleBuilder(ScheduleState(program, target: target))
        try builder.apply(.pack(Pack(stage: "conv", buffer: "x", axis: "j", width: 2 * lanes)))
        #expect(
            builder.state.program.buffer("pack.x")?.shape == [2, 7, (37 + 2 * lanes - 1) / (2 * lanes), 6, 3 * lanes])
        try PackCPU().apply(to: &builder, before: "conv")
        try expectEquivalent(builder.state, to: program)
    }

    /// Steps that begin beside the place, or lie apart, are counted from the first; of neighbours that a stride keeps apart
    /// each step's are copied.
    @Test(arguments: [(1, 1, 0), (1, 3, 0), (1, 2, 1), (2, 1, 0), (3, 1, 0)])
    func stepsAndStrides(_ stride: Int, _ dilation: Int, _ first: Int) throws {
        let place = Index.axis("n") * stride + .axis("k") * dilation + first
        let product = Expr.load("w", [.axis("m"), .axis("k")]) * .load("x", [place])
        let program = TensorProgram(
            name: "steps",
            buffers: [
                Buffer("x", shape: [40 * stride + 3 * dilation + first], role: .input),
                Buffer("w", shape: [5, 3], role: .parameter), Buffer("y", shape: [5, 40], role: .output),
            ],
            stages: [
                .reduce(
                    "conv", [Axis("m", 5), Axis("n", 40)], .sum(), over: [Axis("k", 3)], [product],
                    finish: [.state(0)], into: ["y"])
            ])
        var builder = ScheduleBuilder(ScheduleState(program, target: .genericAVX2))
        try builder.apply(.pack(Pack(stage: "conv", buffer: "x", axis: "n", width: 16)))
        #expect(builder.state.program.buffer("pack.x")?.shape == (stride == 1 ? [3, 24] : [3, 3, 16]))
        try expectEquivalent(builder.state, to: program)
    }

    /// Wherever the macro copies the input, it adds the zeros beside it in the same pass.
    @Test(arguments: targets, [ConvolutionCPU.Wanted.always, .never])
    func zerosAreAddedByTheCopy(_ target: TargetProfile, _ wanted: ConvolutionCPU.Wanted) throws {
        let program = padded(WindowPrograms.convolution(16, 6, 4, 40))
        let macro = ConvolutionCPU(lanes: .places, filtering: .never, packsPanels: wanted)
        let state = try ScheduleState(program, target: target)
            .applying(try ProgramCPU(convolution: macro).schedule(program, target: target))
        let names = state.program.stages.map(\.name)
        #expect(names.contains("pack.x") == (wanted == .always) && names.contains("pad") == (wanted == .never))
        try expectEquivalent(state, to: program)
    }

    /// Overlapping windows would have the copy compute a map's functions twice, and other readers once more.
    @Test(arguments: [(false, false, true), (true, false, false), (false, true, false)])
    func onlyCheapMapsJoinTheCopy(_ hasFunctions: Bool, _ isShared: Bool, _ joins: Bool) throws {
        var program = padded(WindowPrograms.convolution(16, 6, 4, 40))
        if hasFunctions { program.stages[0].body = [.unary(.exp, program.stages[0].body[0])] }
        if isShared {
            let axes = program.stages[0].axes
            program.buffers.append(Buffer("copy", shape: axes.map(\.extent), role: .output))
            program.stages.append(.map("copy", axes, [.load("x", axes.map { .axis($0.name) })], into: ["copy"]))
        }
        var builder = ScheduleBuilder(ScheduleState(program, target: .genericAVX2))
        try ConvolutionCPU(packsPanels: .always).apply(to: &builder, stage: "conv")
        #expect(builder.state.program.buffer("pack.x") != nil)
        #expect((builder.state.program.stage("pad") == nil) == joins)
        try expectEquivalent(builder.state, to: program)
    }

    /// Channels that lie pages apart, of which enough results are made to pay for a copy.
    @Test(arguments: [(64, 32, 64, true), (16, 32, 64, false), (64, 3, 64, false), (64, 32, 12, false)])
    func suitsManyFarChannels(_ channels: Int, _ summed: Int, _ columns: Int, _ isCopied: Bool) throws {
        let program = WindowPrograms.convolution(channels, summed, columns, columns)
        let macro = ConvolutionCPU(filtering: .never)
        let state = try ScheduleState(program, target: .genericAVX2)
            .applying(try ProgramCPU(convolution: macro).schedule(program, target: .genericAVX2))
        #expect((state.program.buffer("pack.x") != nil) == isCopied)
    }

    /// Records from before there were panels keep their schedules.
    @Test func oldRecordsMakeNoPanels() throws {
        let record = #"{"packsWeights":true,"channelsFastest":true,"packsInput":true}"#
        #expect(try JSONDecoder().decode(ConvolutionCPU.self, from: Data(record.utf8)).packsPanels == .never)
    }

    /// Neighbours of a sliding sum are lanes, however many steps it has: there is nothing to add up across lanes.
    @Test(arguments: [3, 8, 16, 40]) func slidingSumsAreColumns(_ steps: Int) throws {
        let window = WindowPrograms.Window(height: 1, width: steps, padding: 0)
        for target in Self.targets {
            let program = WindowPrograms.pool(2, 64, window, .sum())
            let state = ScheduleState(program, target: target)
            #expect(state.classify(program.stages[0]) == .column)
            let apart = WindowPrograms.Window(height: 1, width: 40, stride: 40, padding: 0)
            #expect(state.classify(WindowPrograms.pool(2, 64, apart, .sum()).stages[0]) != .column)
        }
    }

    /// Tiles of little work are walked inside a group, where enough groups are left.
    @Test(arguments: [(3, 40, 2), (3, 2, 3), (40, 40, 3)])
    func littleTilesShareAGroup(_ steps: Int, _ rows: Int, _ expected: Int) throws {
        let window = WindowPrograms.Window(height: 1, width: steps, padding: 0)
        let program = WindowPrograms.pool(rows, 1024, window, .sum())
        let schedule = try ProgramCPU(reduction: ReductionCPU(separates: false)).schedule(program, target: .genericAVX2)
        let state = try ScheduleState(program, target: .genericAVX2).applying(schedule)
        #expect(try state.nest("pool").loops.count { $0.kind == .grid } == expected)
    }

    /// The same convolution of an image that a map surrounds with zeros.
    private func padded(_ program: TensorProgram) -> TensorProgram {
        var program = program
        let shape = program.buffers[0].shape
        let inside = [shape[0], shape[1], shape[2], shape[3] - 2]
        let place = Index.axis("l") + -1
        program.buffers[0] = Buffer("image", shape: inside, role: .input)
        program.buffers.append(Buffer("x", shape: shape, role: .temporary))
        let element = Expr.load(
            Load(
                "image", [.axis("h"), .axis("i"), .axis("j"), place], bounds: [Bound(place, below: inside[3])], fill: 0)
        )
        let axes = zip(["h", "i", "j", "l"], shape).map { Axis($0, $1) }
        program.stages.insert(.map("pad", axes, [element], into: ["x"]), at: 0)
        return program
    }
}

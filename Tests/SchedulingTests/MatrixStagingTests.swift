import KernelIR
import Testing

@testable import Scheduling

/// Products by matrix instructions whose operands a group stages in shared memory.
@Suite struct MatrixStagingTests {
    private static let layouts: [StagedLayout] = [.plain, .padded(8), .swizzled]

    private func scheduled(_ program: TensorProgram, _ macro: MatrixGPU) throws -> ScheduleState {
        var builder = ScheduleBuilder(ScheduleState(program, target: .sm80))
        try macro.apply(to: &builder, stage: "product")
        return builder.state
    }

    /// The buffers that the groups of the first kernel share.
    private func local(_ state: ScheduleState) throws -> [LocalBuffer] {
        try #require(state.lowered().kernels.first).body.compactMap { statement in
            if case .allocate(let buffer) = statement, buffer.space == .local { buffer } else { nil }
        }
    }

    /// Expects the unscheduled program's values, bit by bit on whole numbers and with every result rounded.
    private func expectExact(
        _ state: ScheduleState, _ program: TensorProgram, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try state.lowered().verify()
        let inputs = MatrixPrograms.inputs(program)
        let expected = try TensorProgramInterpreter.run(program, inputs: inputs, arithmetic: .declared)
        let found = try LoopProgramInterpreter.run(state.lowered(), inputs: inputs, arithmetic: .declared)
        #expect(found == expected, sourceLocation: sourceLocation)
    }

    /// Whole tiles, and tiles, pairs and parts of the sum that lie partly outside.
    @Test(arguments: layouts, [1, 3]) func everyLayout(_ layout: StagedLayout, _ stages: Int) throws {
        let macro = MatrixGPU(
            rowWarps: 1, columnWarps: 2, rowTiles: 2, columnTiles: 2, staged: layout, depth: 32, pipelineStages: stages)
        for (m, n, k) in [(32, 32, 128), (37, 26, 104), (33, 41, 103)] {
            for transposed in [false, true] {
                let program = MatrixPrograms.product(m, n, k, .float16, transposed: transposed)
                let state = try scheduled(program, macro)
                try expectExact(state, program)
                let buffers = try local(state)
                #expect(buffers.map(\.name) == ["product.staged.a", "product.staged.b"])
                #expect(buffers.allSatisfy { $0.type == .float16 && ($0.shape.count == 3) == (stages > 1) })
            }
        }
    }

    @Test(arguments: MatrixFormat.allCases) func everyFormat(_ format: MatrixFormat) throws {
        let macro = MatrixGPU(rowTiles: 1, columnTiles: 2, depth: 16, rounding: [format])
        let rounded = MatrixPrograms.product(40, 36, 50, .float32)
        let state = try scheduled(rounded, macro)
        try expectExact(state, rounded)
        // Rounding is for the fragments: what is staged is what lies in device memory.
        #expect(try local(state).map(\.type) == [.float32, .float32])
        guard format != .tf32 else { return }
        let program = MatrixPrograms.product(40, 36, 50, format.storage)
        try expectExact(scheduled(program, macro), program)
    }

    /// Halves in shared memory have two bytes each, and eight of them are copied at once.
    @Test func bytesAndVectors() throws {
        let state = try scheduled(MatrixPrograms.product(128, 64, 128, .float16), MatrixGPU())
        let lowering = StageLowering(state, try #require(state.program.stage("product")))
        // Three copies of 128 × 32 and of 32 × 64 elements.
        #expect(lowering.tiles.map(\.byteCount) == [3 * 128 * 32 * 2, 3 * 32 * 64 * 2])
        #expect(state.nests["product"]?.stagings.map(\.copy.vector) == [8, 8])
        let ragged = try scheduled(MatrixPrograms.product(128, 62, 101, .float16), MatrixGPU())
        #expect(ragged.nests["product"]?.stagings.map(\.copy.vector) == [1, 2])
    }

    /// The eight rows that a warp reads a fragment of lie in different banks, also where rows are shorter than these.
    @Test(arguments: [16, 32, 64]) func swizzlingSpreadsFragments(_ depth: Int) throws {
        let program = MatrixPrograms.product(64, 64, 4 * depth, .float16, transposed: true)
        let state = try scheduled(program, MatrixGPU(depth: depth, pipelineStages: 1))
        let lowering = StageLowering(state, try #require(state.program.stage("product")))
        for tile in lowering.tiles {
            let row = try #require(tile.extents.last)
            #expect(row == depth)
            for first in stride(from: 0, to: row, by: 8) {
                let words = (0..<32).map { lane in
                    let place = tile.place(
                        [Index(lane / 4), Index(first + lane % 4 * 2)], iteration: Index(0), lowering.ranges)
                    return ((place[0].asConstant ?? 0) * row + (place[1].asConstant ?? 0)) / 2 % 32
                }
                #expect(Set(words).count == 32, "\(tile.name), columns from \(first)")
            }
        }
    }

    /// One part of the sum is no loop to stage in, so it is cut further; a single step is left as it is.
    @Test func shortSums() throws {
        let two = try scheduled(MatrixPrograms.product(32, 32, 32, .float16), MatrixGPU(depth: 32))
        #expect(try local(two).map { $0.shape[0] } == [2, 2], "two parts of 16 steps take turns")
        try expectExact(two, MatrixPrograms.product(32, 32, 32, .float16))
        #expect(try local(scheduled(MatrixPrograms.product(32, 32, 16, .float16), MatrixGPU())).isEmpty)
    }

    @Test func fromDeviceMemory() throws {
        let state = try scheduled(MatrixPrograms.product(64, 64, 64, .float16), MatrixGPU(staged: nil))
        #expect(try local(state).isEmpty)
    }

    /// Where shared memory holds fewer copies, fewer take turns.
    @Test func asManyTurnsAsFit() throws {
        let macro = MatrixGPU(rowWarps: 4, columnWarps: 4, depth: 128, pipelineStages: 3)
        let program = MatrixPrograms.product(256, 128, 1024, .float16)
        // A copy of both operands has 96 KB of 163.
        let state = try scheduled(program, macro)
        #expect(state.nests["product"]?.stagings.map(\.stages) == [1, 1])
        let error = #expect(throws: ScheduleError.self) {
            try scheduled(program, MatrixGPU(rowWarps: 4, columnWarps: 4, depth: 256))
        }
        #expect(error?.code == .tooLarge)
    }

    /// What one macro is illegal for is left to the next: rows of one group of 16 bytes cannot be swizzled.
    @Test func alternatives() throws {
        let program = MatrixPrograms.product(64, 8, 64, .float16)
        #expect(throws: ScheduleError.self) { try scheduled(program, MatrixGPU()) }
        let schedule = try ProgramGPU().schedule(program, target: .sm80)
        let state = try ScheduleState(program, target: .sm80).applying(schedule)
        #expect(state.nests["product"]?.stagings.map(\.copy.layout) == [.padded(8), .padded(8)])
        try expectExact(state, program)
        #expect(MatrixGPU().alternatives.map(\.staged) == [.swizzled, .padded(8), nil])
        #expect(MatrixGPU(staged: .padded(8)).alternatives.map(\.staged) == [.padded(8), nil])
        #expect(MatrixGPU(staged: nil).alternatives.count == 1)
    }

    /// Eight elements are 16 bytes only where both memories hold 16 bits.
    @Test func vectorsOfEight() throws {
        let state = try scheduled(
            MatrixPrograms.product(64, 64, 64, .float32), MatrixGPU(staged: nil, depth: 16, rounding: [.float16]))
        expectIllegal(
            .stage(StageOperand(stage: "product", buffer: "a", loop: "k.o", vector: 8)), state, .illegalParameter,
            at: ["8 elements of a"], hint: "widths: 1 2 4")
    }

    /// An infinite factor beyond the sum's end must not meet a 0: the copies of both factors are 0 there.
    @Test func nothingBeyondTheSumCounts() throws {
        var program = MatrixPrograms.product(16, 16, 40, .float16)
        // The sum takes 34 of the 40 columns there are.
        program.stages[0] = MatrixPrograms.product(16, 16, 34, .float16).stages[0]
        let state = try scheduled(program, MatrixGPU(depth: 16))
        #expect(try local(state).count == 2)
        var inputs = ["a": [Double](repeating: 1, count: 640), "b": [Double](repeating: 1, count: 640)]
        for place in 0..<640 where place % 40 >= 34 { inputs["a"]?[place] = .infinity }
        let c = try LoopProgramInterpreter.run(state.lowered(), inputs: inputs, arithmetic: .declared)["c"]
        #expect(c?.allSatisfy { $0 == 34 } == true)
    }
}

import Foundation
import KernelIR
import Scheduling
import Testing

/// Convolutions under every choice of lanes: legal, and equal to the unscheduled program.
@Suite struct ConvolutionMacroTests {
    /// `y[b, m, n] = Σ w[m, c, k] · x[b, c, stride·n + dilation·k]`.
    private func convolution(_ m: Int, _ n: Int, stride: Int, dilation: Int) -> TensorProgram {
        let (batch, c, k) = (2, 3, 3)
        let length = (n - 1) * stride + (k - 1) * dilation + 1
        let place = Index.axis("n") * stride + .axis("k") * dilation
        let product =
            Expr.load("w", [.axis("m"), .axis("c"), .axis("k")])
            * .load("x", [.axis("b"), .axis("c"), place])
        return TensorProgram(
            name: "convolution",
            buffers: [
                Buffer("x", shape: [batch, c, length], role: .input), Buffer("w", shape: [m, c, k], role: .parameter),
                Buffer("y", shape: [batch, m, n], role: .output),
            ],
            stages: [
                .reduce(
                    "conv", [Axis("b", batch), Axis("m", m), Axis("n", n)], .sum(), over: [Axis("c", c), Axis("k", k)],
                    [product], finish: [.state(0)], into: ["y"])
            ])
    }

    /// `y[m, h, o] = Σ w[c, m, t] · x[c, h, (o + 1)/s − u + 1]` over the taps `t = s·u + (o + 1) mod s` below `taps`.
    private func transposed(_ m: Int, _ n: Int, stride: Int, taps: Int) -> TensorProgram {
        let (rows, c, steps) = (2, 3, (taps + stride - 1) / stride)
        let axes = [Axis("m", m), Axis("h", rows), Axis("o", n), Axis("c", c), Axis("u", steps)]
        let ranges = Ranges(axes)
        let from = Index.axis("o") + 1
        let tap = Index.axis("u") * stride + from.remainder(by: stride, ranges)
        let place = from.divided(by: stride, ranges) - .axis("u") + (steps - 1)
        let isTap = Bound(tap, below: taps)
        let product =
            Expr.load(Load("w", [.axis("c"), .axis("m"), tap], bounds: [isTap]))
            * .load("x", [.axis("c"), .axis("h"), place])
        return TensorProgram(
            name: "transposed",
            buffers: [
                Buffer("x", shape: [c, rows, n / stride + 1 + steps], role: .input),
                Buffer("w", shape: [c, m, taps], role: .parameter), Buffer("y", shape: [m, rows, n], role: .output),
            ],
            stages: [
                .reduce(
                    "conv", Array(axes.prefix(3)), .sum(), over: Array(axes.suffix(2)),
                    [.select(.inside([isTap]), product, .constant(0, .float32))], finish: [.state(0)], into: ["y"])
            ])
    }

    /// `y[m, h, n] = Σ w[m, c, u, k] · x[c, h + u − 2, n + k − 2]`, with zeros around the image; where rows have zeros
    /// of their own, `x[c, h + u − 2, n + k]`.
    private func padded(_ m: Int, _ rows: Int, _ n: Int, hasPaddedRows: Bool = false) -> TensorProgram {
        let (c, taps) = (3, 5)
        let h = Index.axis("h") + .axis("u") + (-2)
        let o = Index.axis("n") + .axis("k") + (hasPaddedRows ? 0 : -2)
        let bounds = [Bound(h, below: rows)] + (hasPaddedRows ? [] : [Bound(o, below: n)])
        let product =
            Expr.load("w", [.axis("m"), .axis("c"), .axis("u"), .axis("k")])
            * .load(Load("x", [.axis("c"), h, o], bounds: bounds))
        return TensorProgram(
            name: "padded",
            buffers: [
                Buffer("x", shape: [c, rows, hasPaddedRows ? n + taps - 1 : n], role: .input),
                Buffer("w", shape: [m, c, taps, taps], role: .parameter),
                Buffer("y", shape: [m, rows, n], role: .output),
            ],
            stages: [
                .reduce(
                    "conv", [Axis("m", m), Axis("h", rows), Axis("n", n)], .sum(),
                    over: [Axis("c", c), Axis("u", taps), Axis("k", taps)], [product], finish: [.state(0)], into: ["y"])
            ])
    }

    /// `y[c, h, n] = Σ w[c, u, k] · x[c, stride·h + u, stride·n + k]`: a filter for each channel.
    private func depthwise(_ rows: Int, _ n: Int, taps: Int = 3, stride: Int = 1) -> TensorProgram {
        let (c, width) = (2, 3)
        let (h, o) = (Index.axis("h") * stride + .axis("u"), Index.axis("n") * stride + .axis("k"))
        let product = Expr.load("w", [.axis("c"), .axis("u"), .axis("k")]) * .load("x", [.axis("c"), h, o])
        return TensorProgram(
            name: "depthwise",
            buffers: [
                Buffer("x", shape: [c, (rows - 1) * stride + taps, (n - 1) * stride + width], role: .input),
                Buffer("w", shape: [c, taps, width], role: .parameter),
                Buffer("y", shape: [c, rows, n], role: .output),
            ],
            stages: [
                .reduce(
                    "conv", [Axis("c", c), Axis("h", rows), Axis("n", n)], .sum(),
                    over: [Axis("u", taps), Axis("k", width)], [product], finish: [.state(0)], into: ["y"])
            ])
    }

    @Test(arguments: [(16, 32, 3, 1), (11, 37, 3, 1), (7, 20, 5, 2), (4, 16, 9, 1), (1, 33, 3, 1)])
    func depthwiseConvolutions(_ rows: Int, _ n: Int, _ taps: Int, _ stride: Int) throws {
        try check(depthwise(rows, n, taps: taps, stride: stride))
    }

    /// The taps of a column are written out inside of the rows of a tile, where they are few.
    @Test(arguments: [(3, true), (7, true), (9, false)])
    func columnsOfTapsAreWrittenOut(_ taps: Int, _ isWrittenOut: Bool) throws {
        let program = depthwise(16, 64, taps: taps)
        let macro = ConvolutionCPU(lanes: .places, tile: RegisterTile(rows: 8, vectors: 1), filtering: .never)
        let state = try ScheduleState(program, target: .genericAVX512)
            .applying(try ProgramCPU(convolution: macro).schedule(program, target: .genericAVX512))
        let paths = state.lowered().kernels.flatMap(\.body).flatMap { walks($0) }
        let order = isWrittenOut ? ["k", "h.i", "u"] : ["u", "k", "h.i"]
        #expect(paths.contains { path in path.filter { order.contains($0) } == order })
        try expectEquivalent(state, to: program)
    }

    /// The loops around each store.
    private func walks(_ statement: Statement) -> [[String]] {
        switch statement {
        case .loop(let axis, _, _, _, let body): body.flatMap { walks($0) }.map { [axis] + $0 }
        case .when(_, let then, let otherwise): (then + otherwise).flatMap { walks($0) }
        default: [[]]
        }
    }

    private func check(_ program: TensorProgram) throws {
        let tiles = [nil, RegisterTile(rows: 2, vectors: 1), RegisterTile(rows: 4, vectors: 2)]
        for lanes in [nil] + ConvolutionCPU.Lanes.allCases.map(Optional.some) {
            for tile in tiles {
                for channelsFastest in [true, false] {
                    let macro = ConvolutionCPU(lanes: lanes, tile: tile, channelsFastest: channelsFastest)
                    let schedule = try ProgramCPU(convolution: macro).schedule(program, target: .genericAVX512)
                    let state = try ScheduleState(program, target: .genericAVX512).applying(schedule)
                    try expectEquivalent(state, to: program)
                }
            }
        }
    }

    @Test(arguments: [(16, 6, 20), (5, 3, 37), (1, 1, 16), (32, 9, 48)])
    func paddedConvolutions(_ m: Int, _ rows: Int, _ n: Int) throws {
        try check(padded(m, rows, n))
        try check(padded(m, rows, n, hasPaddedRows: true))
    }

    /// Rows of taps that lie beside the image are left out, not multiplied by zeros.
    @Test(arguments: ConvolutionCPU.Lanes.allCases, [false, true]) func tapsBesideTheImageAreLeftOut(
        _ lanes: ConvolutionCPU.Lanes, _ hasPaddedRows: Bool
    ) throws {
        let program = padded(16, 6, 32, hasPaddedRows: hasPaddedRows)
        let macros = ProgramCPU(convolution: ConvolutionCPU(lanes: lanes, filtering: .never))
        let whole = ScheduleState(program, target: .genericAVX512)
        // What depends on the last place cannot be decided for a vector.
        let isConvolution = if case .convolution = whole.classify(program.stages[0]) { true } else { false }
        #expect(isConvolution == hasPaddedRows)
        let state = try ScheduleState(program, target: .genericAVX512)
            .applying(try macros.schedule(program, target: .genericAVX512))
        let left = state.lowered().kernels.flatMap(\.body).flatMap(skipped)
        #expect(left.contains { $0.index.axes.contains("u") && $0.extent == 6 })
        try expectEquivalent(state, to: program)
    }

    /// The conditions of what is left out where they do not hold.
    private func skipped(_ statement: Statement) -> [Bound] {
        switch statement {
        case .loop(_, _, _, _, let body): body.flatMap(skipped)
        case .when(let bounds, let then, let otherwise):
            (otherwise.isEmpty ? bounds : []) + (then + otherwise).flatMap(skipped)
        default: []
        }
    }

    @Test(arguments: [ConvolutionCPU.Wanted.never, .always]) func functionsOfResultsAreFast(
        _ filtering: ConvolutionCPU.Wanted
    ) throws {
        var program = WindowPrograms.convolution(16, 3, 4, 32)
        program.stages[0].finish = [.unary(.erf, .state(0))]
        func last(_ mode: MathMode) throws -> MathMode? {
            let macros = ProgramCPU(convolution: ConvolutionCPU(filtering: filtering, math: mode))
            let schedule = try macros.schedule(program, target: .genericAVX512)
            let state = try ScheduleState(program, target: .genericAVX512).applying(schedule)
            try expectEquivalent(state, to: program)
            return state.lowered().kernels.last?.math
        }
        #expect(try last(.fast) == .fast)
        #expect(try last(.exact) == .exact)
    }

    @Test(arguments: [(16, 20), (5, 37), (3, 4), (32, 7), (1, 16)])
    func convolutions(_ m: Int, _ n: Int) throws {
        try check(convolution(m, n, stride: 1, dilation: 1))
        try check(convolution(m, n, stride: 3, dilation: 2))
    }

    /// Strides keep places apart until the input is copied; each tile then reads its places side by side.
    @Test(arguments: [(32, 40), (5, 37), (16, 9)])
    func stridedInputsAreCopied(_ m: Int, _ n: Int) throws {
        let program = convolution(m, n, stride: 3, dilation: 2)
        let tile = RegisterTile(rows: 4, vectors: 1)
        let macro = ConvolutionCPU(lanes: .places, tile: tile, filtering: .never)
        let state = try ScheduleState(program, target: .genericAVX512)
            .applying(try ProgramCPU(convolution: macro).schedule(program, target: .genericAVX512))
        let conv = try #require(state.program.stages.first { $0.name == "conv" })
        #expect(conv.loads.contains { $0.buffer == "pack.x" } && !conv.loads.contains { $0.buffer == "x" })
        try expectEquivalent(state, to: program)

        var without = macro
        without.packsInput = false
        let plain = try ProgramCPU(convolution: without).schedule(program, target: .genericAVX512)
        #expect(try ScheduleState(program, target: .genericAVX512).applying(plain).program.buffer("pack.x") == nil)
    }

    /// Windows of a small stride would be copied many times over.
    @Test func overlappingWindowsAreNotCopied() throws {
        let program = WindowPrograms.convolution(16, 4, 8, 32, stride: 2)
        let macro = ConvolutionCPU(lanes: .places)
        let state = try ScheduleState(program, target: .genericAVX512)
            .applying(try ProgramCPU(convolution: macro).schedule(program, target: .genericAVX512))
        #expect(state.program.buffer("pack.x") == nil)
        try expectEquivalent(state, to: program)
    }

    /// Records from before inputs were copied keep their schedules.
    @Test func oldRecordsCopyNoInput() throws {
        let record = #"{"packsWeights":true,"channelsFastest":true}"#
        let macro = try JSONDecoder().decode(ConvolutionCPU.self, from: Data(record.utf8))
        #expect(!macro.packsInput && macro.filtering == .never)
    }

    @Test(arguments: [(16, 24, 2, 3), (4, 37, 2, 4), (3, 51, 3, 4), (20, 13, 5, 3), (2, 81, 5, 3), (2, 35, 2, 1)])
    func transposed(_ m: Int, _ n: Int, _ stride: Int, _ taps: Int) throws {
        try check(transposed(m, n, stride: stride, taps: taps))
    }
}

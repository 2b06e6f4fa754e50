import KernelIR
import Rendering
import Scheduling
import Testing

/// Rows of results under one filter share the rows of input that they read.
@Suite struct RowWindowTests {
    /// `y[c, h, n] = Σ w[c, u, k] · x[c, h + u, n + k]` over 3 × 3 taps.
    private let program = TensorProgram(
        name: "depthwise",
        buffers: [
            Buffer("x", shape: [2, 18, 34], role: .input), Buffer("w", shape: [2, 3, 3], role: .parameter),
            Buffer("y", shape: [2, 16, 32], role: .output),
        ],
        stages: [
            .reduce(
                "conv", [Axis("c", 2), Axis("h", 16), Axis("n", 32)], .sum(), over: [Axis("u", 3), Axis("k", 3)],
                [
                    Expr.load("w", [.axis("c"), .axis("u"), .axis("k")])
                        * .load("x", [.axis("c"), .axis("h") + .axis("u"), .axis("n") + .axis("k")])
                ], finish: [.state(0)], into: ["y"])
        ])

    @Test func eightRowsLoadTen() throws {
        let macro = ConvolutionCPU(lanes: .places, tile: RegisterTile(rows: 8, vectors: 1), filtering: .never)
        let schedule = try ProgramCPU(convolution: macro).schedule(program, target: .genericAVX512)
        let state = try ScheduleState(program, target: .genericAVX512).applying(schedule)
        let source = try Renderer.openCL(.genericAVX512).source(state.lowered())
        #expect(source.ranges(of: "vload16(0, x + ").count == 10)
        #expect(source.ranges(of: "fma(").count == 24)
    }
}

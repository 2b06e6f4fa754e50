import KernelIR
import Testing

@testable import Scheduling

/// How the copy into panels walks its source.
@Suite struct PackMacroTests {
    /// `y[m, n] = Σ w[m, c, k] · x[c, n + k]` over `channels` and 3 taps.
    private func convolution(_ channels: Int) -> TensorProgram {
        let (m, n) = (32, 20)
        let product =
            Expr.load("w", [.axis("m"), .axis("c"), .axis("k")]) * .load("x", [.axis("c"), .axis("n") + .axis("k")])
        return TensorProgram(
            name: "convolution",
            buffers: [
                Buffer("x", shape: [channels, n + 2], role: .input),
                Buffer("w", shape: [m, channels, 3], role: .parameter), Buffer("y", shape: [m, n], role: .output),
            ],
            stages: [
                .reduce(
                    "conv", [Axis("m", m), Axis("n", n)], .sum(), over: [Axis("c", channels), Axis("k", 3)], [product],
                    finish: [.state(0)], into: ["y"])
            ])
    }

    /// Channels and taps lie one behind the other: where whole vectors divide them they are read along as one, and
    /// else filter by filter.
    @Test(arguments: [(32, 48), (16, 48), (64, 64), (5, nil), (20, nil)])
    func channelsAndTapsAreOneRun(_ channels: Int, _ strip: Int?) throws {
        let program = convolution(channels)
        var builder = ScheduleBuilder(ScheduleState(program, target: .genericAVX512))
        try builder.apply(.pack(Pack(stage: "conv", buffer: "w", axis: "m", width: 32)))
        try PackCPU(rows: 64).apply(to: &builder, before: "conv")
        let copy = try #require(builder.state.program.stages.first { $0.name != "conv" })
        let fused = builder.schedule.contains { if case .fuse = $0 { true } else { false } }
        #expect(fused == (strip != nil))
        if let strip {
            let loops = try builder.state.nest(copy.name).loops
            // Strips of vectors, of which each is sixteen lanes.
            let inside = loops.filter { $0.kind != .grid }.map(\.extent)
            #expect(inside.reduce(1, *) == strip * 32, "\(loops.map { "\($0.name) \($0.extent)" })")
        }
        try expectEquivalent(builder.state, to: program)
    }
}

import KernelIR
import Scheduling
import Testing

/// A recurrent stage under the macro, and what is illegal for it.
@Suite struct RecurrenceTests {
    /// `h[t, b, n] = Σ_k h[t-1, b, k]·w[k, n] + x[t, b, n]`, with `h0` before the first step.
    private func program(_ steps: Int, _ items: Int, _ units: Int) -> TensorProgram {
        let place = ["t", "b", "n"].map { Index.axis($0) }
        let before = Bound(.axis("t") + -1, below: steps)
        let own = Load("h", [.axis("t") + -1, .axis("b"), .axis("k")], bounds: [before])
        let last = Expr.select(.inside([before]), .load(own), .load("h0", [.axis("b"), .axis("k")]))
        var stage = Stage.reduce(
            "step", [Axis("t", steps), Axis("b", items), Axis("n", units)], .sum(), over: [Axis("k", units)],
            [last * .load("w", [.axis("k"), .axis("n")])], finish: [.state(0) + .load("x", place)], into: ["h"])
        stage.isRecurrent = true
        return TensorProgram(
            name: "recurrence",
            buffers: [
                Buffer("x", shape: [steps, items, units], role: .input),
                Buffer("h0", shape: [items, units], role: .input),
                Buffer("w", shape: [units, units], role: .parameter),
                Buffer("h", shape: [steps, items, units], role: .output),
            ], stages: [stage])
    }

    @Test(arguments: [(4, 3, 5), (3, 5, 16), (5, 1, 48), (2, 7, 33), (3, 12, 64)])
    func macro(_ steps: Int, _ items: Int, _ units: Int) throws {
        let program = program(steps, items, units)
        try program.verify()
        let schedule = try ProgramCPU().schedule(program, target: .genericAVX512)
        let state = try ScheduleState(program, target: .genericAVX512).applying(schedule)
        #expect(state.lowered().kernels.count == 1)
        try expectEquivalent(state, to: program)
    }

    @Test func everyLegalActionKeepsTheOrder() throws {
        let program = program(3, 4, 32)
        let state = ScheduleState(program, target: .genericAVX512)
        let legal = state.legalActions()
        #expect(!legal.isEmpty)
        for action in legal { try expectEquivalent(try state.applying(action), to: program, "\(action)") }
    }

    @Test(arguments: [
        Action.bind(Bind(stage: "step", loop: "t")), .reverse(Reverse(stage: "step", loop: "t")),
        .reorder(Reorder(stage: "step", loops: ["n", "t"])), .fuse(Fuse(stage: "step", outer: "t", inner: "b")),
        .unroll(Unroll(stage: "step", loop: "t")),
        .splitReduction(SplitReduction(stage: "step", axis: "k", block: 16)),
    ])
    func whatBreaksTheOrderIsIllegal(action: Action) {
        let state = ScheduleState(program(3, 4, 32), target: .genericAVX512)
        #expect(throws: ScheduleError.self) { try state.applying(action) }
    }

    @Test func readingAheadIsNoProgram() {
        var ahead = program(3, 4, 8)
        ahead.stages[0].body = ahead.stages[0].body.map { body in
            body.rewritten { node in
                guard case .load(var load) = node, load.buffer == "h" else { return node }
                load.indices[0] = .axis("t")
                return .load(load)
            }
        }
        #expect(throws: KernelwrightError.self) { try ahead.verify() }
    }
}

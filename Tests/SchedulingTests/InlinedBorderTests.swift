import KernelIR
import Scheduling
import Testing

/// Maps that are computed where they are read, and what stands beside them.
@Suite struct InlinedBorderTests {
    /// What stands beside a map of whole numbers is a whole number, too.
    @Test(arguments: [DType.int64, .int32, .float64, .float32])
    func bordersHaveTheTypeOfTheMap(_ type: DType) throws {
        let place = Index.axis("j") + -2
        let sum = Expr.load("x", [.axis("i")]) + .load("y", [.axis("i")])
        let program = TensorProgram(
            name: "bordered",
            buffers: [
                Buffer("x", type, shape: [5], role: .input), Buffer("y", type, shape: [5], role: .input),
                Buffer("t", type, shape: [5], role: .temporary), Buffer("z", type, shape: [9], role: .output),
            ],
            stages: [
                .map("sum", [Axis("i", 5)], [sum], into: ["t"]),
                .map(
                    "bordered", [Axis("j", 9)], [.load(Load("t", [place], bounds: [Bound(place, below: 5)], fill: 7))],
                    into: ["z"]),
            ])
        let state = try ScheduleState(program, target: .genericAVX512).applying([.inline(Inline(stage: "sum"))])
        let body = try #require(state.program.stages.last?.body.first)
        guard case .select(.inside, let inside, .constant(7, let border)) = body else {
            Issue.record("\(body)")
            return
        }
        #expect(border == type && inside.type(buffers: state.program.bufferTypes) == type)
        try expectEquivalent(state, to: program)
    }
}

import KernelIR
import Scheduling
import Testing

/// The way in which `simplify` is illegal.
@Suite struct IllegalSimplifyTests {
    @Test(arguments: ["max", "sum", "out"]) func noLaw(_ stage: String) throws {
        let state = try scheduled(SamplePrograms.softmax(4, 64))
        expectIllegal(
            .simplify(Simplify(stage: stage)), state, .illegalDataFlow, at: [stage], hint: "tanh of softplus")
    }

    /// What is simple already stays as it is.
    @Test func twice() throws {
        let i = [Axis("i", 8)]
        let program = TensorProgram(
            name: "third", buffers: [Buffer("x", shape: [8], role: .input), Buffer("y", shape: [8], role: .output)],
            stages: [.map("y", i, [.load("x", [.axis("i")]) / .float(3)], into: ["y"])])
        let simplify = Action.simplify(Simplify(stage: "y"))
        expectIllegal(
            simplify, try scheduled(program, [simplify]), .illegalDataFlow, at: ["y"], hint: "division by a number")
    }
}

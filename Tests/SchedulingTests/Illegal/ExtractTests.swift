import KernelIR
import Scheduling
import Testing

/// The ways in which `extract` is illegal.
@Suite struct IllegalExtractTests {
    private func extract(_ stage: String, _ other: String) -> Action {
        .extract(Extract(stage: stage, with: other))
    }

    @Test(arguments: ["sum", "out"]) func scheduledLoops(_ stage: String) throws {
        let state = try scheduled(SamplePrograms.softmax(4, 64), [.bind(Bind(stage: stage, loop: "\(stage).row"))])
        expectIllegal(extract("out", "sum"), state, .illegalOrder, at: [stage], hint: "before their loops")
    }

    @Test func stagesThatCarry() throws {
        let state = try scheduled(
            SamplePrograms.softmax(4, 64), [.attach(Attach(stage: "sum", to: "out", loop: "out.row"))])
        expectIllegal(extract("out", "sum"), state, .illegalOrder, at: ["out", "sum"], hint: "before attaching")
    }

    @Test func aStageWithItself() throws {
        let state = try scheduled(SamplePrograms.softmax(4, 64))
        expectIllegal(extract("out", "out"), state, .illegalParameter, at: ["out"], hint: "another stage")
    }

    /// Reading the same elements is nothing in common.
    @Test func nothingInCommon() throws {
        let state = try scheduled(SamplePrograms.softmax(4, 64))
        expectIllegal(extract("out", "max"), state, .illegalDataFlow, at: ["out", "max"], hint: "exponentials")
    }

    /// The same function of other elements is nothing in common.
    @Test func otherElements() throws {
        let i = [Axis("i", 8)]
        func root(_ index: Index) -> Expr { .unary(.sqrt, .load("x", [index])) }
        let program = TensorProgram(
            name: "neighbours",
            buffers: [
                Buffer("x", shape: [9], role: .input), Buffer("y", shape: [8], role: .output),
                Buffer("z", shape: [8], role: .output),
            ],
            stages: [
                .map("here", i, [root(.axis("i"))], into: ["y"]),
                .map("there", i, [root(.axis("i") + Index(1))], into: ["z"]),
            ])
        expectIllegal(
            extract("here", "there"), try scheduled(program), .illegalDataFlow, at: ["here", "there"],
            hint: "exponentials")
    }

    /// The same function over axes of other extents is nothing in common.
    @Test func otherExtents() throws {
        let root = Expr.unary(.sqrt, .load("x", [.axis("i")]))
        let program = TensorProgram(
            name: "parts",
            buffers: [
                Buffer("x", shape: [9], role: .input), Buffer("y", shape: [8], role: .output),
                Buffer("z", shape: [9], role: .output),
            ],
            stages: [
                .map("most", [Axis("i", 8)], [root], into: ["y"]), .map("all", [Axis("i", 9)], [root], into: ["z"]),
            ])
        expectIllegal(
            extract("most", "all"), try scheduled(program), .illegalDataFlow, at: ["most", "all"],
            hint: "exponentials")
    }
}

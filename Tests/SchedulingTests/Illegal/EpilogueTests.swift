import KernelIR
import Scheduling
import Testing

/// The ways in which `epilogue` is illegal.
@Suite struct IllegalEpilogueTests {
    @Test(arguments: [("max", "sum"), ("out", "out"), ("sum", "max")])
    func otherThanAMapIntoAReduction(_ stage: String, _ into: String) throws {
        let state = try scheduled(SamplePrograms.softmax(2, 8))
        expectIllegal(
            .epilogue(Epilogue(stage: stage, into: into)), state, .illegalDataFlow, at: [stage, into],
            hint: "a map goes into a reduction")
    }

    @Test func stagesThatCarry() throws {
        let state = try scheduled(
            SamplePrograms.middleNorm(2, 3, 8), [.attach(Attach(stage: "square", to: "out", loop: "out.o"))])
        expectIllegal(
            .epilogue(Epilogue(stage: "out", into: "square")), state, .illegalOrder, at: ["square", "out"],
            hint: "before attaching")
    }

    @Test func attachedStages() throws {
        let state = try scheduled(
            MorePrograms.paddedWindow(16, 3), [.attach(Attach(stage: "exp", to: "next", loop: "next.j"))])
        expectIllegal(
            .epilogue(Epilogue(stage: "exp", into: "window")), state, .illegalOrder, at: ["exp", "next"],
            hint: "before attaching")
    }

    @Test func operandsThatAreNotReady() throws {
        let state = try scheduled(MorePrograms.residual(4, 16, 3))
        expectIllegal(
            .epilogue(Epilogue(stage: "add", into: "matmul")), state, .illegalDataFlow,
            at: ["add", "square", "matmul"], hint: "inline square")
    }

    @Test func otherPoints() throws {
        let state = try scheduled(SamplePrograms.middleNorm(2, 3, 8))
        expectIllegal(
            .epilogue(Epilogue(stage: "out", into: "square")), state, .illegalDataFlow, at: ["out", "square"],
            hint: "the identity or a reshape")
    }

    /// The relu's results as a vector, a matrix once it is an epilogue.
    private func reshaped(_ readers: [Stage], _ buffers: [Buffer]) -> TensorProgram {
        var program = SamplePrograms.matmulRelu(4, 6, 5)
        program.buffers[3].role = .temporary
        program.buffers += buffers
        program.stages += readers
        return program
    }

    @Test func resultsThatAProductReadsInAnotherShape() throws {
        let product = Stage.reduce(
            "second", [Axis("i", 3), Axis("l", 5)], .sum(), over: [Axis("q", 8)],
            [
                .load("d", [.axis("i") * 8 + .axis("q")])
                    * .load("v", [.axis("q"), .axis("l")])
            ], finish: [.state(0)], into: ["e"])
        let program = reshaped(
            [product], [Buffer("v", shape: [8, 5], role: .input), Buffer("e", shape: [3, 5], role: .output)])
        expectIllegal(
            .epilogue(Epilogue(stage: "relu", into: "matmul")), try scheduled(program), .illegalDataFlow,
            at: ["second", "d", "relu"], hint: "inline relu")
    }

    @Test func resultsThatOthersReadInAnotherShapeAreFound() throws {
        let negated = Stage.map(
            "negate", [Axis("j", 24)], [.unary(.negate, .load("d", [.axis("j")]))], into: ["e"])
        let summed = Stage.reduce(
            "sum", [Axis("i", 3)], .sum(), over: [Axis("q", 8)], [.load("d", [.axis("i") * 8 + .axis("q")])],
            finish: [.state(0)], into: ["s"])
        let program = reshaped(
            [negated, summed], [Buffer("e", shape: [24], role: .output), Buffer("s", shape: [3], role: .output)])
        let state = try scheduled(program, [.epilogue(Epilogue(stage: "relu", into: "matmul"))])
        #expect(state.program.buffer("d")?.shape == [4, 6])
        try expectEquivalent(state, to: program)
    }
}

import KernelIR
import Scheduling
import Testing

/// The ways in which `factor` is illegal.
@Suite struct IllegalFactorTests {
    private let factor = Action.factor(Factor(stage: "sum"))

    @Test(arguments: ["matmul", "relu"]) func stagesThatSumNoContraction(_ stage: String) throws {
        let state = try scheduled(SamplePrograms.matmulRelu(4, 16, 3))
        expectIllegal(
            .factor(Factor(stage: stage)), state, .illegalDataFlow, at: [stage], hint: "one sum of products")
    }

    @Test func resultsThatOthersNeed() throws {
        var program = FactoredPrograms.summedProduct(4, 16, 3)
        program.buffers.append(Buffer("d", shape: [4, 16], role: .output))
        let point = [Index.axis("i"), .axis("j")]
        program.stages.append(.map("copy", [Axis("i", 4), Axis("j", 16)], [.load("c", point)], into: ["d"]))
        expectIllegal(factor, try scheduled(program), .illegalDataFlow, at: ["matmul", "sum"], hint: "only sum reads")
    }

    @Test(arguments: ["matmul", "sum"]) func scheduledLoops(_ stage: String) throws {
        let loop = stage == "sum" ? "row" : "m"
        let state = try scheduled(
            FactoredPrograms.summedProduct(4, 16, 3), [.bind(Bind(stage: stage, loop: loop))])
        expectIllegal(factor, state, .illegalOrder, at: [stage], hint: "before their loops")
    }

    @Test func functionsThatAreNotLinear() throws {
        var program = FactoredPrograms.summedProduct(4, 16, 3)
        program.stages[1].body = [.unary(.exp, program.stages[1].body[0])]
        expectIllegal(
            factor, try scheduled(program), .illegalDataFlow, at: ["sum", "matmul"], hint: "scaled by numbers")
    }

    @Test func scalesThatAreSummedOver() throws {
        var program = FactoredPrograms.summedProduct(4, 16, 3)
        program.stages[1].body = [program.stages[1].body[0] * .load("bias", [.axis("r")])]
        expectIllegal(
            factor, try scheduled(program), .illegalDataFlow, at: ["sum", "matmul"], hint: "scaled by numbers")
    }

    @Test func sumsOverWhatBothFactorsDependOn() throws {
        let program = FactoredPrograms.pooledConvolution(samples: 1, channels: 2, length: 8, pool: 2)
        var both = program
        both.stages[0].body = [
            .load("x", [.axis("b"), .axis("k0"), .axis("n")]) * .load("x", [.axis("b"), .axis("k1") * 0, .axis("n")])
        ]
        expectIllegal(
            .factor(Factor(stage: "pool")), try scheduled(both), .illegalDataFlow, at: ["conv", "pool"],
            hint: "an axis of one factor")
    }
}

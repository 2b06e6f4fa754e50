import Foundation
import KernelIR
import Operators
import Testing
import Workloads

@Suite("Elementwise operators") struct ElementwiseTests {
    /// Name, arguments after the tensor, whether the operand must be positive.
    static let unary: [(String, [Argument], Bool)] = [
        ("abs.default", [], false), ("neg.default", [], false), ("exp.default", [], false),
        ("log.default", [], true), ("sqrt.default", [], true), ("rsqrt.default", [], true), ("tanh.default", [], false),
        ("relu.default", [], false), ("leaky_relu.default", [], false), ("leaky_relu.default", [.double(0.2)], false),
        ("elu.default", [], false), ("elu.default", [.double(0.7), .double(1.3), .double(0.4)], false),
        ("selu.default", [], false), ("gelu.default", [], false), ("sigmoid.default", [], false),
        ("hardsigmoid.default", [], false),
        ("hardtanh.default", [.double(-0.5), .double(0.25)], false), ("softplus.default", [], false),
        ("softplus.default", [.double(3), .int(2)], false), ("clamp.default", [.none, .double(0.5)], false),
        ("clamp.default", [.int(-1), .int(1)], false), ("pow.Tensor_Scalar", [.int(0)], false),
        ("pow.Tensor_Scalar", [.int(5)], false), ("pow.Tensor_Scalar", [.int(-2)], true),
        ("pow.Tensor_Scalar", [.double(0.5)], true), ("pow.Tensor_Scalar", [.double(-0.5)], true),
        ("pow.Tensor_Scalar", [.double(1.7)], true),
    ]

    @Test(arguments: unary.indices)
    func unaryFunctions(number: Int) throws {
        let (name, arguments, positive) = Self.unary[number]
        for seed in 0..<4 {
            var (random, graph) = (SeededRandom(seed: UInt64(seed)), Graph())
            let shape = random.shape(0...4)
            let x = graph.input("x", shape, positive: positive, &random)
            graph.add("y", "aten.\(name)", [x] + arguments, shape)
            try graph.expectReferenceValues("\(name) \(arguments) \(shape), seed \(seed)")
        }
    }

    /// What has no logarithm is not left out of a divergence.
    @Test func divergenceOfWhatHasNoLogarithm() throws {
        var (random, graph) = (SeededRandom(seed: 1), Graph())
        let (x, y) = (graph.input("x", [6], &random), graph.input("y", [6], &random))
        graph.values["x"] = [0.5, 0.5, -.infinity, -2, .nan, 1]
        graph.values["y"] = [.nan, -1, 0, 0, 0, 0.25]
        graph.add("z", "aten.kl_div.default", [x, y, .int(0)], [6])
        try graph.expectReferenceValues("divergence")
    }

    @Test func siluIsTheProductWithItsSigmoid() throws {
        var (random, graph) = (SeededRandom(seed: 1), Graph())
        let x = graph.input("x", [3, 5], &random)
        graph.add("y", "aten.silu.default", [x], [3, 5])
        let y = try TensorProgramInterpreter.run(lower(graph.workload()), inputs: graph.values)["y"] ?? []
        let expected = (graph.values["x"] ?? []).map { $0 * (1 + tanh($0 / 2)) / 2 }
        #expect(y.count == 15 && zip(y, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    }

    @Test func geluByTanh() throws {
        var (random, graph) = (SeededRandom(seed: 1), Graph())
        let x = graph.input("x", [3, 5], &random)
        graph.add("y", "aten.gelu.default", [x], [3, 5], keywords: ["approximate": .string("tanh")])
        try graph.expectReferenceValues("gelu tanh")
    }

    @Test(arguments: ["add.Tensor", "sub.Tensor", "mul.Tensor", "div.Tensor"], 0..<12)
    func binaryFunctionsBroadcast(name: String, seed: UInt64) throws {
        var (random, graph) = (SeededRandom(seed: seed), Graph())
        let shape = random.shape(1...4)
        func part(_ random: inout SeededRandom) -> [Int] {
            let thinned = shape.map { Int.random(in: 0..<3, using: &random) == 0 ? 1 : $0 }
            return Array(thinned.dropFirst(Int.random(in: 0...shape.count, using: &random)))
        }
        let (first, second) = (part(&random), part(&random))
        let a = graph.input("a", first, &random)
        let b = graph.input("b", second, positive: true, &random)
        let result = try #require(Shape.broadcast([first, second]))
        graph.add("y", "aten.\(name)", [a, b], result)
        try graph.expectReferenceValues("\(name) \(first) \(second), seed \(seed)")
    }

    @Test(arguments: ["add.Tensor", "sub.Tensor", "mul.Tensor", "div.Tensor", "rsub.Scalar"])
    func numbersAreOperands(name: String) throws {
        var (random, graph) = (SeededRandom(seed: 3), Graph())
        let x = graph.input("x", [2, 7], &random)
        graph.add("y", "aten.\(name)", [x, .int(3)], [2, 7])
        try graph.expectReferenceValues(name)
    }

    @Test(arguments: ["add.Tensor", "sub.Tensor", "rsub.Scalar"])
    func alphaScalesWhatIsAdded(name: String) throws {
        var (random, graph) = (SeededRandom(seed: 4), Graph())
        let x = graph.input("x", [5], &random)
        let other = name == "rsub.Scalar" ? Argument.double(1.5) : graph.input("z", [5], &random)
        let isScalar = name == "rsub.Scalar"
        graph.add(
            "y", "aten.\(name)", [x, other] + (isScalar ? [.int(3)] : []), [5],
            keywords: isScalar ? [:] : ["alpha": .int(3)])
        try graph.expectReferenceValues(name)
    }

    @Test(arguments: ["triu.default", "tril.default"], -4...4)
    func triangles(name: String, diagonal: Int) throws {
        for shape in [[4, 4], [3, 5], [2, 5, 3], [1, 4], [4, 1]] {
            var (random, graph) = (SeededRandom(seed: 5), Graph())
            let x = graph.input("x", shape, &random)
            graph.add("y", "aten.\(name)", [x, .int(diagonal)], shape)
            try graph.expectReferenceValues("\(name) \(shape) \(diagonal)")
        }
    }
}

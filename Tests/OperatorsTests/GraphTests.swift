import KernelIR
import Operators
import Testing
import Workloads

@Suite("Graphs of several operators") struct GraphTests {
    @Test(arguments: 0..<40)
    func chainsOfMovements(seed: UInt64) throws {
        var (random, graph) = (SeededRandom(seed: seed), Graph())
        var shape = random.shape(1...4)
        var value = graph.input("x", shape, &random)
        for step in 0..<6 {
            let (op, arguments, result) = movement(shape, &random)
            value = graph.add("n\(step)", op, [value] + arguments, result)
            shape = result
            if Int.random(in: 0..<3, using: &random) == 0 {
                value = graph.add("relu\(step)", "aten.relu.default", [value], shape)
            }
        }
        try graph.expectReferenceValues("seed \(seed): \(graph.nodes.map(\.op))")
    }

    private func movement(_ shape: [Int], _ random: inout SeededRandom) -> (String, [Argument], [Int]) {
        let rank = shape.count
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            let order = Array(0..<rank).shuffled(using: &random)
            return ("aten.permute.default", [.list(order.map { .int($0) })], order.map { shape[$0] })
        case 1:
            let position = Int.random(in: 0...rank, using: &random)
            return ("aten.unsqueeze.default", [.int(position)], shape[..<position] + [1] + shape[position...])
        case 2 where rank > 0:
            let position = Int.random(in: 0..<rank, using: &random)
            let result = shape[position] == 1 ? Array(shape[..<position] + shape[(position + 1)...]) : shape
            return ("aten.squeeze.dim", [.int(position)], result)
        case 3 where rank > 1:
            let (a, b) = (Int.random(in: 0..<rank, using: &random), Int.random(in: 0..<rank, using: &random))
            var result = shape
            result.swapAt(a, b)
            return ("aten.transpose.int", [.int(a), .int(b)], result)
        case 4: return ("aten.numpy_T.default", [], shape.reversed())
        default:
            let count = shape.reduce(1, *)
            let divisor = (1...12).filter { count % $0 == 0 }.randomElement(using: &random) ?? 1
            return ("aten.reshape.default", [.list([.int(divisor), .int(-1)])], [divisor, count / divisor])
        }
    }

    @Test func outputsMayBeViews() throws {
        var (random, graph) = (SeededRandom(seed: 2), Graph())
        let x = graph.input("x", [3, 5], &random)
        graph.add("turned", "aten.t.default", [x], [5, 3])
        let sum = graph.add("sum", "aten.add.Tensor", [x, x], [3, 5])
        graph.add("flat", "aten.view.default", [sum, .list([.int(-1)])], [15])
        graph.add("both", "aten.t.default", [sum], [5, 3])
        try graph.expectReferenceValues(outputs: ["turned", "flat", "both", "sum"], "views")
    }

    @Test func whatReachesNoOutputIsDropped() throws {
        var (random, graph) = (SeededRandom(seed: 2), Graph())
        let x = graph.input("x", [4], &random)
        _ = graph.input("unused", [4], &random)
        graph.add("dead", "aten.some_unknown_operator.default", [x], [4])
        graph.add("counter", "aten.add_.Tensor", [.value("unused"), .int(1)], [4])
        graph.add("y", "aten.neg.default", [x], [4])
        let program = try lower(graph.workload())
        #expect(program.stages.map(\.name) == ["y"] && program.buffers.map(\.name) == ["x", "y"])
    }

    @Test func readersSeeWhatWasChangedInPlace() throws {
        var (random, graph) = (SeededRandom(seed: 2), Graph())
        let x = graph.input("x", [6], &random)
        let copy = graph.add("copy", "aten.neg.default", [x], [6])
        graph.add("relu_", "aten.relu_.default", [copy], [6])
        graph.add("y", "aten.mul.Tensor", [copy, copy], [6])
        try graph.expectReferenceValues("in place")
        // A second change through the first one's result reaches all names of the memory.
        graph.nodes.insert(
            Node(
                name: "more", op: "aten.add_.Tensor", arguments: [.value("relu_"), .int(1)],
                outputs: [TensorType(dtype: .float32, shape: [6])]), at: 2)
        let y = try TensorProgramInterpreter.run(lower(graph.workload()), inputs: graph.values)["y"] ?? []
        let expected = (graph.values["x"] ?? []).map { (max(-$0, 0) + 1) * (max(-$0, 0) + 1) }
        #expect(y.count == 6 && zip(y, expected).allSatisfy { abs($0 - $1) < 1e-12 })
        graph.nodes.insert(
            Node(
                name: "view", op: "aten.view.default", arguments: [copy, .list([.int(6)])],
                outputs: [TensorType(dtype: .float32, shape: [6])]), at: 1)
        graph.add("z", "aten.neg.default", [.value("view")], [6])
        #expect(failure(graph.workload()).contains("a view of what more changed in place"))
    }

    /// A copy is memory of its own: neither name sees what is done in place to the other.
    @Test(arguments: [("copy", "x"), ("x", "copy")])
    func copiesAreNoViews(changed: String, kept: String) throws {
        var (random, graph) = (SeededRandom(seed: 2), Graph())
        let given = graph.input("given", [6], &random)
        let x = graph.add("x", "aten.neg.default", [given], [6])
        graph.add("copy", "aten.clone.default", [x], [6])
        graph.add("more", "aten.add_.Tensor", [.value(changed), .int(1)], [6])
        graph.add("y", "aten.mul.Tensor", [.value(kept), .value(changed)], [6])
        try graph.expectReferenceValues("\(changed) in place")
    }

    @Test func tensorsWithoutElementsAreRefused() throws {
        var (random, graph) = (SeededRandom(seed: 2), Graph())
        let x = graph.input("x", [0, 3], &random)
        graph.add("y", "aten.neg.default", [x], [0, 3])
        #expect(failure(graph.workload()).contains("tensor x: a tensor of shape [0, 3] has no elements"))
        var made = Graph()
        let whole = made.input("x", [2, 3], &random)
        made.add("part", "aten.slice.Tensor", [whole, .int(0), .int(1), .int(1)], [0, 3])
        made.add("y", "aten.sum.default", [.value("part")], [])
        #expect(failure(made.workload()).contains("node part (aten.slice.Tensor): a tensor of shape [0, 3]"))
        // What reaches no output does not matter.
        made.add("z", "aten.neg.default", [whole], [2, 3])
        #expect(try lower(made.workload()).stages.map(\.name) == ["z"])
    }

    @Test func constantsAreLiteralsOrParameters() throws {
        var (random, graph) = (SeededRandom(seed: 2), Graph())
        let x = graph.input("x", [3], &random)
        let a = graph.add("a", "aten.mul.Tensor", [x, .value("same")], [3])
        graph.add("y", "aten.add.Tensor", [a, .value("table")], [3])
        var workload = graph.workload()
        workload.constants = [
            Constant(name: "same", dtype: .float32, shape: [3], values: [2]),
            Constant(name: "table", dtype: .float32, shape: [3], values: [1, 2, 3]),
        ]
        try expectReferenceValues(workload, graph.values, "constants")
        #expect(try lower(workload).buffers.map(\.name) == ["x", "table", "y", "a"])
    }

    @Test func neighboursShareDimensions() throws {
        // Around the reduction everything has its dimensions, so every load is at the stage's own axes.
        var (random, graph) = (SeededRandom(seed: 2), Graph())
        let x = graph.input("x", [4, 3, 5], &random)
        let square = graph.add("square", "aten.mul.Tensor", [x, x], [4, 3, 5])
        let sum = graph.add("sum", "aten.sum.dim_IntList", [square, .list([.int(1)]), .bool(true)], [4, 1, 5])
        graph.add("y", "aten.div.Tensor", [x, sum], [4, 3, 5])
        let program = try lower(graph.workload())
        #expect(program.buffer("square")?.shape == [4, 3, 5] && program.buffer("x")?.shape == [4, 3, 5])
        #expect(program.stages.flatMap(\.loads).allSatisfy { $0.indices.allSatisfy { $0.asAxis != nil } })
        try graph.expectReferenceValues("shared dimensions")
    }

    private func failure(_ workload: Workload) -> String {
        do {
            _ = try lower(workload)
            return ""
        } catch {
            return "\(error)"
        }
    }

    /// Operator, shapes of the operands, further arguments, declared result, what the message must say.
    static let mistakes: [(String, [[Int]], [Argument], [Int], String)] = [
        ("aten.fft.default", [[3]], [], [3], "node y: operator aten.fft.default is not supported; supported: aten._"),
        ("aten.add.Tensor", [[3], [4]], [], [3], "node y (aten.add.Tensor): shapes [3] and [4] do not broadcast"),
        ("aten.mm.default", [[2, 3], [4, 5]], [], [2, 5], "shapes [2, 3] and [4, 5] do not fit"),
        ("aten.bmm.default", [[2, 3], [3, 5]], [], [2, 5], "both of rank 3"),
        ("aten.matmul.default", [[], [3]], [], [3], "an operand is a scalar"),
        ("aten.linear.default", [[2, 3], [3]], [], [2], "weight of shape [3]"),
        ("aten.softmax.int", [[2, 3]], [.int(2)], [2, 3], "dimension 2 does not exist; -2 to 1"),
        ("aten.sum.dim_IntList", [[2, 3]], [.list([.int(1), .int(-1)])], [2], "dimension -1 is listed twice"),
        ("aten.linalg_vector_norm.default", [[3]], [.int(3)], [], "1, 2 or inf"),
        ("aten.gelu.default", [[3]], [.string("fast")], [3], "approximate is fast; none or tanh"),
        ("aten.clamp.default", [[3]], [], [3], "min and max are both missing"),
        ("aten.view.default", [[6]], [.list([.int(4), .int(-1)])], [4, 1], "6 elements do not fill [4, -1]"),
        ("aten.permute.default", [[2, 3]], [.list([.int(0), .int(0)])], [2, 2], "are no order of the 2 dimensions"),
        ("aten.t.default", [[2, 3, 4]], [], [4, 3, 2], "rank 0 to 2"),
        ("aten.triu.default", [[4]], [], [4], "rank 2 or more"),
        ("aten.layer_norm.default", [[2, 3]], [.list([.int(2)])], [2, 3], "normalized_shape [2] does not end [2, 3]"),
        ("aten.group_norm.default", [[2, 6, 3]], [.int(4)], [2, 6, 3], "the groups must divide the channels"),
        ("aten.relu.default", [[3]], [], [4], "it declares float32[4]; it gives float32[3]"),
        ("aten.leaky_relu.default", [[3]], [.string("a")], [3], "argument 1 (negative_slope) is no number"),
        ("aten.unsqueeze.default", [[3]], [], [3, 1], "argument 1 (dim) is missing"),
        ("aten.relu.default", [], [.int(3)], [3], "argument 0 (self) is no tensor"),
    ]

    @Test(arguments: mistakes.indices)
    func illegalArgumentsNameTheNode(number: Int) throws {
        let (op, shapes, arguments, result, expected) = Self.mistakes[number]
        var (random, graph) = (SeededRandom(seed: 1), Graph())
        let operands = shapes.enumerated().map { graph.input("x\($0.offset)", $0.element, &random) }
        graph.add("y", op, operands + arguments, result)
        let message = failure(graph.workload())
        #expect(message.contains(expected), "said: \(message)")
    }

    @Test(arguments: ["ij,jk,kl->il", "ii,ij->ij", "ij,jk->iz", "ij,jk->ikk", "ijk,jk->i", "ij"])
    func illegalEquations(equation: String) {
        var (random, graph) = (SeededRandom(seed: 1), Graph())
        let operands = ["a", "b"].map { graph.input($0, [3, 3], &random) }
        graph.add("y", "aten.einsum.default", [.string(equation), .list(operands)], [3, 3])
        #expect(failure(graph.workload()).contains("node y (aten.einsum.default)"))
    }

    @Test func halfPrecisionIsComputedInSingle() throws {
        let type = TensorType(dtype: .float16, shape: [3, 4])
        let workload = Workload(
            name: "half", inputs: [TensorSpec(name: "x", dtype: .float16, shape: [3, 4])],
            nodes: [Node(name: "y", op: "aten.softmax.int", arguments: [.value("x"), .int(1)], outputs: [type])],
            outputs: ["y"])
        let program = try lower(workload)
        try program.verify()
        #expect(program.stages[0].monoid?.states == [.float32])
    }
}

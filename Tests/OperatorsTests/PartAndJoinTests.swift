import KernelIR
import Operators
import Testing
import Workloads

@Suite("Parts, joins, choices and conversions") struct PartAndJoinTests {
    /// Results of a node that has several, read one after the other.
    private func expectParts(_ op: String, _ arguments: [Argument], of shape: [Int], _ parts: [[Int]]) throws {
        var (random, graph) = (SeededRandom(seed: 1), Graph())
        let x = graph.input("x", shape, &random)
        graph.nodes.append(
            Node(
                name: "parts", op: "aten.\(op)", arguments: [x] + arguments,
                outputs: parts.map { TensorType(dtype: .float32, shape: $0) }))
        for (number, part) in parts.enumerated() {
            graph.add("part\(number)", "getitem", [.value("parts"), .int(number)], part)
            graph.add("y\(number)", "aten.exp.default", [.value("part\(number)")], part)
        }
        try graph.expectReferenceValues(outputs: parts.indices.map { "y\($0)" }, "\(op) \(arguments)")
    }

    @Test func parts() throws {
        try expectParts("split.Tensor", [.int(3), .int(1)], of: [2, 8], [[2, 3], [2, 3], [2, 2]])
        try expectParts("split_with_sizes.default", [.list([.int(1), .int(4)])], of: [5, 3], [[1, 3], [4, 3]])
        try expectParts("chunk.default", [.int(3), .int(-1)], of: [2, 7], [[2, 3], [2, 3], [2, 1]])
        try expectParts("unbind.int", [.int(1)], of: [2, 3, 2], [[2, 2], [2, 2], [2, 2]])
    }

    /// Operator, shape of the operand, arguments, shape of the result.
    static let single: [(String, [Int], [Argument], [Int])] = [
        ("unfold.default", [2, 9], [.int(1), .int(3), .int(2)], [2, 4, 3]),
        ("unfold.default", [2, 3, 8, 8], [.int(2), .int(4), .int(4)], [2, 3, 2, 8, 4]),
        ("pad.default", [2, 3], [.list([.int(1), .int(2)])], [2, 6]),
        (
            "pad.default", [2, 3, 4],
            [.list([.int(0), .int(0), .int(2), .int(-1)]), .string("constant"), .double(0.5)],
            [2, 4, 4]
        ),
        ("constant_pad_nd.default", [3], [.list([.int(-1), .int(2)]), .int(7)], [4]),
        ("roll.default", [3, 4, 5], [.list([.int(-1), .int(2)]), .list([.int(0), .int(2)])], [3, 4, 5]),
        ("roll.default", [3, 4], [.list([.int(5)])], [3, 4]),
        ("to.dtype_layout", [3, 2], [], [3, 2]),
        ("dropout.default", [3, 2], [.double(0.5), .bool(true)], [3, 2]),
        ("clamp.Tensor", [3, 2], [.none, .value("x")], [3, 2]),
    ]

    @Test(arguments: single.indices)
    func oneOperand(number: Int) throws {
        let (op, shape, arguments, result) = Self.single[number]
        var (random, graph) = (SeededRandom(seed: 2), Graph())
        let x = graph.input("x", shape, &random)
        graph.add("y", "aten.\(op)", [x] + arguments, result)
        graph.add("z", "aten.exp.default", [.value("y")], result)
        try graph.expectReferenceValues("\(op) \(arguments)")
    }

    @Test func longJoinsAreTaken16AtATime() throws {
        var (random, graph) = (SeededRandom(seed: 3), Graph())
        let parts = (0..<19).map { graph.input("x\($0)", [2, $0 % 3 + 1], &random) }
        graph.add("y", "aten.cat.default", [.list(parts), .int(1)], [2, 37])
        try graph.expectReferenceValues("cat of 19")
        let most = try lower(graph.workload()).stages.map { Set($0.loads.map(\.buffer)).count }.max()
        #expect(most == 16)
        graph = Graph()
        let same = (0..<3).map { graph.input("x\($0)", [4, 2], &random) }
        graph.add("y", "aten.stack.default", [.list(same), .int(1)], [4, 3, 2])
        try graph.expectReferenceValues("stack")
    }

    @Test func whatGrowsReadsTheJoinBefore() throws {
        var (random, graph) = (SeededRandom(seed: 5), Graph())
        let parts = (0..<4).map { graph.input("x\($0)", [2, $0 + 1], &random) }
        graph.add("a", "aten.cat.default", [.list(Array(parts.prefix(2))), .int(1)], [2, 3])
        graph.add("b", "aten.cat.default", [.list(Array(parts.prefix(3))), .int(1)], [2, 6])
        graph.add("c", "aten.cat.default", [.list(parts), .int(1)], [2, 10])
        graph.add("d", "aten.cat.default", [.list(parts.reversed()), .int(1)], [2, 10])
        graph.add("y", "aten.cat.default", [.list(["a", "b", "c", "d"].map { .value($0) }), .int(1)], [2, 29])
        try graph.expectReferenceValues("a growing cat")
        let reads = try lower(graph.workload()).stages.map { Set($0.loads.map(\.buffer)).sorted() }
        #expect(reads == [["x0", "x1"], ["a", "x2"], ["b", "x3"], ["x0", "x1", "x2", "x3"], ["a", "b", "c", "d"]])
    }

    @Test(arguments: ["eq", "ne", "lt", "le", "gt", "ge"])
    func comparisonsChoose(name: String) throws {
        var (random, graph) = (SeededRandom(seed: 4), Graph())
        let (x, y) = (graph.input("x", [3, 4], &random), graph.input("y", [4], &random))
        graph.add("mask", "aten.\(name).Tensor", [x, y], [3, 4], .bool)
        graph.add("other", "aten.bitwise_not.default", [.value("mask")], [3, 4], .bool)
        graph.add("sign", "aten.\(name).Scalar", [x, .int(0)], [3, 4], .bool)
        graph.add("both", "aten.logical_and.default", [.value("other"), .value("sign")], [3, 4], .bool)
        graph.add("filled", "aten.masked_fill.Scalar", [x, .value("both"), .double(-.infinity)], [3, 4])
        graph.add("z", "aten.where.self", [.value("mask"), x, y], [3, 4])
        try graph.expectReferenceValues(outputs: ["both", "filled", "z"], name)
    }

    @Test func constantTensorsAndCopies() throws {
        var (random, graph) = (SeededRandom(seed: 5), Graph())
        let (x, y) = (graph.input("x", [3, 3], &random), graph.input("y", [3], &random))
        graph.add("ones", "aten.ones.default", [.list([.int(3), .int(3)])], [3, 3])
        graph.add("lower", "aten.tril.default", [.value("ones"), .int(-1)], [3, 3])
        graph.add("sum", "aten.add.Tensor", [x, .value("lower")], [3, 3])
        graph.add("copy", "aten.copy.default", [x, y], [3, 3])
        try graph.expectReferenceValues(outputs: ["sum", "copy"], "constants")
    }

    /// What lies beside a tensor of equal numbers is the border's number, not the tensor's.
    @Test func constantTensorsHaveBorders() throws {
        var (random, graph) = (SeededRandom(seed: 7), Graph())
        let x = graph.input("x", [1, 1, 3, 3], &random)
        graph.add("ones", "aten.ones_like.default", [x], [1, 1, 3, 3])
        let sides = Argument.list([.int(1), .int(1), .int(2), .int(0)])
        graph.add("bordered", "aten.constant_pad_nd.default", [.value("ones"), sides], [1, 1, 5, 5])
        graph.add("same", "aten.constant_pad_nd.default", [.value("ones"), sides, .int(1)], [1, 1, 5, 5])
        let window = [Argument.list([.int(3), .int(3)]), .list([.int(1), .int(1)]), .list([.int(1), .int(1)])]
        graph.add("means", "aten.avg_pool2d.default", [.value("ones")] + window, [1, 1, 3, 3])
        graph.add("y", "aten.add.Tensor", [x, .value("means")], [1, 1, 3, 3])
        try graph.expectReferenceValues(outputs: ["bordered", "same", "y"], "borders of constants")
    }

    @Test func severalViewsOfOneValueAreOutputs() throws {
        var (random, graph) = (SeededRandom(seed: 8), Graph())
        let x = graph.input("x", [4, 6], &random)
        graph.add("h", "aten.relu.default", [x], [4, 6])
        graph.add("a", "aten.view.default", [.value("h"), .list([.int(2), .int(12)])], [2, 12])
        graph.add("b", "aten.view.default", [.value("h"), .list([.int(24)])], [24])
        graph.add("c", "aten.t.default", [.value("h")], [6, 4])
        try graph.expectReferenceValues(outputs: ["a", "b", "c"], "views")
        try graph.expectReferenceValues(outputs: ["c", "b", "h"], "views and the value itself")
    }

    @Test func constantIndicesAreViewsOthersSums() throws {
        var (random, graph) = (SeededRandom(seed: 6), Graph())
        let x = graph.input("x", [9, 4], &random)
        graph.add("y", "aten.index.Tensor", [x, .list([.value("places")])], [8, 4])
        var workload = graph.workload()
        // 2·i − j + 4 over i, j of extents 2 and 4.
        let affine = [4, 3, 2, 1, 6, 5, 4, 3]
        for (values, isView) in [(affine, true), ([0, 8, 3, 3, -1, 2, 7, -9], false)] {
            workload.constants = [
                Constant(name: "places", dtype: .int64, shape: [8], values: values.map(Double.init))
            ]
            try expectReferenceValues(workload, graph.values, "index \(values)")
            #expect(try lower(workload).stages.allSatisfy { $0.monoid == nil } == isView)
        }
    }
}

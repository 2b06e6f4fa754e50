import KernelIR
import Testing
import Workloads

@testable import Reference

@Suite("Layout") struct LayoutTests {
    let x = tensor([2, 3], [1, 2, 3, 4, 5, 6])
    let cube = tensor([2, 3, 2], (0..<12).map(Double.init))

    @Test("Transpositions")
    func transpositions() throws {
        #expect(try values("aten.numpy_T.default", [x], [.value("a")], shape: [3, 2]) == [1, 4, 2, 5, 3, 6])
        #expect(try values("aten.t.default", [x], [.value("a")], shape: [3, 2]) == [1, 4, 2, 5, 3, 6])
        #expect(
            try values("aten.transpose.int", [cube], [.value("a"), .int(0), .int(-1)], shape: [2, 3, 2])
                == [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11])
        #expect(
            try values(
                "aten.permute.default", [cube], [.value("a"), .list([.int(1), .int(2), .int(0)])], shape: [3, 2, 2])
                == [0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11])
    }

    @Test(
        "Reshapes keep the elements' order",
        arguments: [
            ("aten.unsqueeze.default", [Argument.int(-1)], [2, 3, 1]),
            ("aten.unsqueeze.default", [.int(0)], [1, 2, 3]),
            ("aten.view.default", [.list([.int(3), .int(-1)])], [3, 2]), ("aten.flatten.using_ints", [], [6]),
            ("aten.squeeze.dim", [.int(0)], [2, 3]),
        ])
    func reshapes(op: String, arguments: [Argument], shape: [Int]) throws {
        #expect(try values(op, [x], [.value("a")] + arguments, shape: shape) == x.values)
    }

    @Test("Squeeze drops axes of extent 1 only")
    func squeeze() throws {
        let y = tensor([1, 2, 1], [1, 2])
        #expect(try values("aten.squeeze.default", [y], [.value("a")], shape: [2]) == [1, 2])
        #expect(try values("aten.squeeze.dim", [y], [.value("a"), .int(-1)], shape: [1, 2]) == [1, 2])
    }

    @Test("Triangles with diagonals")
    func triangles() throws {
        let square = tensor([1, 3, 3], (1...9).map(Double.init))
        func of(_ op: String, _ diagonal: Int) throws -> [Double] {
            try values(op, [square], [.value("a"), .int(diagonal)], shape: [1, 3, 3])
        }
        #expect(try of("aten.tril.default", 0) == [1, 0, 0, 4, 5, 0, 7, 8, 9])
        #expect(try of("aten.triu.default", 0) == [1, 2, 3, 0, 5, 6, 0, 0, 9])
        #expect(try of("aten.tril.default", -1) == [0, 0, 0, 4, 0, 0, 7, 8, 0])
        #expect(try of("aten.triu.default", 1) == [0, 2, 3, 0, 0, 6, 0, 0, 0])
    }

    @Test("Expansion repeats")
    func expand() throws {
        let column = tensor([2, 1], [1, 2])
        #expect(
            try values("aten.expand.default", [column], [.value("a"), .list([.int(-1), .int(3)])], shape: [2, 3])
                == [1, 1, 1, 2, 2, 2])
    }

    @Test("A result is picked by its number")
    func badIndex() {
        let node = Node(
            name: "y", op: "aten.max.dim", arguments: [.value("a"), .int(0)],
            outputs: [TensorType(dtype: .float32, shape: [3]), TensorType(dtype: .int64, shape: [3])])
        let pick = Node(name: "z", op: "getitem", arguments: [.value("y"), .int(2)], outputs: [node.outputs[0]])
        let workload = Workload(
            name: "w", inputs: [TensorSpec(name: "a", dtype: .float32, shape: [2, 3])], nodes: [node, pick],
            outputs: ["z"])
        #expect {
            try ReferenceExecutor<Double>(workload).run(["a": x])
        } throws: { ($0 as? KernelwrightError)?.hint == "results are 0 ..< 2" }
    }
}

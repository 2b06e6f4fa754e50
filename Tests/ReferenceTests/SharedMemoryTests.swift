import KernelIR
import Testing
import Workloads

@testable import Reference

@Suite("Views of one memory") struct SharedMemoryTests {
    private let x = tensor([2, 2], [1, 2, 3, 4])
    private let square = TensorType(dtype: .float32, shape: [2, 2])
    private let row = TensorType(dtype: .float32, shape: [2])

    private func node(_ name: String, _ op: String, _ arguments: [Argument], _ types: TensorType...) -> Node {
        Node(name: name, op: "aten." + op, arguments: arguments, outputs: types)
    }

    private func getitem(_ name: String, _ source: String, _ index: Int, _ type: TensorType) -> Node {
        Node(name: name, op: "getitem", arguments: [.value(source), .int(index)], outputs: [type])
    }

    /// Runs nodes on `u`, a copy of x.
    private func run(_ nodes: [Node], outputs: [String]) throws -> [[Double]] {
        let workload = Workload(
            name: "w", inputs: [TensorSpec(name: "x", dtype: .float32, shape: [2, 2])],
            nodes: [node("u", "clone.default", [.value("x")], square)] + nodes, outputs: outputs)
        return try ReferenceExecutor<Double>(workload).run(["x": x]).map(\.values)
    }

    @Test("What is written into a view is in its base")
    func writeThroughView() throws {
        let found = try run(
            [
                node("v", "select.int", [.value("u"), .int(1), .int(0)], row),
                node("w", "fill_.Scalar", [.value("v"), .int(7)], row),
            ], outputs: ["u", "v"])
        #expect(found == [[7, 2, 7, 4], [7, 7]])
    }

    @Test("A view sees what is written into its base")
    func writeBehindView() throws {
        let found = try run(
            [
                node("v", "t.default", [.value("u")], square),
                node("w", "add_.Tensor", [.value("u"), .int(10)], square),
            ], outputs: ["v", "x"])
        #expect(found == [[11, 13, 12, 14], [1, 2, 3, 4]])
    }

    @Test("A reshape that has to copy keeps the old elements, one that need not sees the new ones")
    func copies() throws {
        let flat = TensorType(dtype: .float32, shape: [4])
        let found = try run(
            [
                node("t", "t.default", [.value("u")], square),
                node("copied", "reshape.default", [.value("t"), .list([.int(4)])], flat),
                node("seen", "reshape.default", [.value("u"), .list([.int(4)])], flat),
                node("same", "contiguous.default", [.value("t")], square),
                node("w", "zero_.default", [.value("u")], square),
            ], outputs: ["copied", "seen", "same"])
        #expect(found == [[1, 3, 2, 4], [0, 0, 0, 0], [1, 3, 2, 4]])
    }

    @Test("Parts of a split share its memory, and results of writes are further names of it")
    func parts() throws {
        let part = TensorType(dtype: .float32, shape: [2, 1])
        let found = try run(
            [
                node("s", "split.Tensor", [.value("u"), .int(1), .int(1)], part, part),
                getitem("a", "s", 0, part), getitem("b", "s", 1, part),
                node("c", "mul_.Tensor", [.value("a"), .int(2)], part),
                node("d", "add_.Tensor", [.value("c"), .value("b")], part),
            ], outputs: ["u", "a", "b"])
        #expect(found == [[4, 2, 10, 4], [4, 10], [2, 4]])
    }
}

import KernelIR
import Testing

@testable import Workloads

@Suite("Shapes and costs") struct ShapeTests {
    @Test("Row-major strides")
    func strides() {
        #expect(Shape.strides([2, 3, 4]) == [12, 4, 1])
        #expect(Shape.strides([]) == [])
    }

    @Test(
        "Broadcasting aligns the last axes",
        arguments: [
            ([[2, 3], [3]], [2, 3] as [Int]?), ([[2, 1], [1, 3]], [2, 3]), ([[], [4]], [4]), ([[2], [3]], nil),
            ([[0], [1]], [0]),
            ([[0], [2]], nil),
        ])
    func broadcast(shapes: [[Int]], expected: [Int]?) {
        #expect(Shape.broadcast(shapes) == expected)
    }

    @Test("Broadcast axes have stride 0")
    func broadcastStrides() {
        #expect(Shape.broadcastStrides([3, 1], to: [2, 3, 4]) == [0, 1, 0])
    }

    @Test(
        "Negative axes count from the end",
        arguments: [
            (0, 3, 0 as Int?), (-1, 3, 2), (3, 3, nil), (-4, 3, nil), (0, 0, 0), (-1, 0, 0),
        ])
    func axis(index: Int, rank: Int, expected: Int?) {
        #expect(Shape.axis(index, rank: rank) == expected)
    }

    private let matrix = TensorType(dtype: .float32, shape: [4, 4])

    private func workload(_ nodes: [Node], outputs: [String]) -> Workload {
        let specs = ["x", "unused"].map { TensorSpec(name: $0, dtype: .float32, shape: [4, 4]) }
        return Workload(name: "w", inputs: specs, nodes: nodes, outputs: outputs)
    }

    @Test("Minimum bytes count what reaches an output once")
    func minimumBytes() {
        let nodes = [
            Node(name: "d", op: "aten.neg.default", arguments: [.value("unused")], outputs: [matrix]),
            Node(name: "y", op: "aten.mm.default", arguments: [.value("x"), .value("x")], outputs: [matrix]),
        ]
        #expect(workload(nodes, outputs: ["y"]).minimumBytes == 2 * 64)
        #expect(workload(nodes, outputs: ["y"]).flops == 2 * 4 * 4 * 4)
        #expect(workload(nodes, outputs: ["y"]).liveValues == ["x", "y"])
        #expect(workload(nodes, outputs: ["d", "y"]).minimumBytes == 4 * 64)
    }

    @Test("An in-place operator is live where its operand is read behind it")
    func inPlace() {
        let overwrite = Node(name: "u", op: "aten.add_.Tensor", arguments: [.value("x"), .int(1)], outputs: [matrix])
        let read = Node(name: "y", op: "aten.neg.default", arguments: [.value("x")], outputs: [matrix])
        #expect(workload([overwrite, read], outputs: ["y"]).liveValues == ["x", "u", "y"])
        #expect(workload([read, overwrite], outputs: ["y"]).liveValues == ["x", "y"])
    }
}

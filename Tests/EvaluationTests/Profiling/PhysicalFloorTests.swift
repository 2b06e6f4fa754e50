import Devices
import KernelIR
import Testing
import Workloads

@testable import Evaluation

@Suite("Physical floor") struct PhysicalFloorTests {
    private let ceilings = Ceilings(
        copyBytesPerSecond: 2e10, readBytesPerSecond: 3e10, flopsPerSecond: 2e11, launchSeconds: 8e-6)

    private func product(_ size: Int, scale: Bool = false) -> Workload {
        let type = TensorType(dtype: .float32, shape: [size, size])
        var nodes = [
            Node(name: "y", op: "aten.mm.default", arguments: [.value("a"), .value("b")], outputs: [type])
        ]
        if scale { nodes.append(Node(name: "z", op: "aten.relu.default", arguments: [.value("y")], outputs: [type])) }
        return Workload(
            name: "product",
            inputs: ["a", "b"].map { TensorSpec(name: $0, dtype: .float32, shape: [size, size]) }, nodes: nodes,
            outputs: [scale ? "z" : "y"])
    }

    @Test("a product faster than any arithmetic is impossible; one at the measured peak twice over is not")
    func arithmetic() {
        let peak = 2 * 1024.0 * 1024 * 1024 / 2e11
        let floor = PhysicalFloor(of: product(1024), ceilings)
        #expect(floor.finding(0.2 * peak)?.status == .cheated)
        #expect(floor.finding(0.5 * peak) == nil)
    }

    @Test("a graph that algebra may shorten is not held to its arithmetic")
    func algebra() {
        #expect(PhysicalFloor(of: product(1024, scale: true), ceilings).finding(1e-4) == nil)
    }

    @Test("less than a launch, or faster stores than units, are impossible; data in a cache are not")
    func launchAndStores() {
        #expect(PhysicalFloor(of: product(4), ceilings).finding(1e-6)?.status == .cheated)
        #expect(PhysicalFloor(of: product(4), ceilings).finding(5e-6) == nil)
        let type = TensorType(dtype: .float32, shape: [1 << 24])
        let relu = Workload(
            name: "relu", inputs: [TensorSpec(name: "x", dtype: .float32, shape: [1 << 24])],
            nodes: [Node(name: "y", op: "aten.relu.default", arguments: [.value("x")], outputs: [type])],
            outputs: ["y"])
        let atMemory = 2.0 * 4 * Double(1 << 24) / 2e10
        #expect(PhysicalFloor(of: relu, ceilings).finding(atMemory / 5) == nil)
        #expect(PhysicalFloor(of: relu, ceilings).finding(atMemory / 500)?.status == .cheated)
    }
}

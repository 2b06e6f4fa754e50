import KernelIR
import Testing
import Workloads

@testable import Reference

@Suite("Executor") struct ExecutorTests {
    static let levelOne = Array(1...40) + [47, 48, 49, 51, 52, 53, 88]
    private let vector = TensorType(dtype: .float32, shape: [2])

    private func workload(_ nodes: [Node], outputs: [String]) -> Workload {
        Workload(
            name: "w", inputs: [TensorSpec(name: "x", dtype: .float32, shape: [2])], nodes: nodes, outputs: outputs)
    }

    @Test("Level 1's products, activations, norms and reductions run at the tiny size", arguments: levelOne)
    func tiny(number: Int) throws {
        let workload = try Suite.kernelBench.workload(level: 1, number: number, size: .tiny)
        let outputs = try ReferenceExecutor<Double>(workload).run(workload.arguments(inputs: .normal, seed: Seed(1)))
        #expect(outputs.map(\.type) == workload.outputTypes)
        #expect(outputs[0].values.allSatisfy { $0.isFinite })
        #expect(outputs[0].values.contains { $0 != 0 })
    }

    @Test("An unsupported operator is named with those supported")
    func unsupported() {
        let node = Node(name: "y", op: "aten.fft.default", arguments: [.value("x")], outputs: [vector])
        #expect {
            try ReferenceExecutor<Double>(workload([node], outputs: ["y"]))
        } throws: { error in
            guard let error = error as? KernelwrightError else { return false }
            return error.code == .badInput && error.message.contains("node y")
                && error.message.contains("aten.fft.default")
                && error.hint?.contains("aten.relu.default") == true
        }
    }

    @Test("Nodes on which no output depends do not run")
    func deadNodes() throws {
        let dead = Node(name: "d", op: "aten.fft.default", arguments: [.value("x")], outputs: [vector])
        let live = Node(name: "y", op: "aten.neg.default", arguments: [.value("x")], outputs: [vector])
        let result = try ReferenceExecutor<Double>(workload([dead, live], outputs: ["y"])).run([
            "x": tensor([2], [1, 2])
        ])
        #expect(result[0].values == [-1, -2])
    }

    @Test("In-place operators overwrite their operand for those that read it later")
    func inPlace() throws {
        let nodes = [
            Node(name: "u", op: "aten.neg.default", arguments: [.value("x")], outputs: [vector]),
            Node(name: "v", op: "aten.add_.Tensor", arguments: [.value("u"), .int(10)], outputs: [vector]),
            Node(name: "y", op: "aten.mul.Tensor", arguments: [.value("u"), .int(2)], outputs: [vector]),
        ]
        let result = try ReferenceExecutor<Double>(workload(nodes, outputs: ["y"])).run(["x": tensor([2], [1, 2])])
        #expect(result[0].values == [18, 16])
    }

    @Test("Missing and misshapen tensors are named")
    func badArguments() throws {
        let node = Node(name: "y", op: "aten.neg.default", arguments: [.value("x")], outputs: [vector])
        let executor = try ReferenceExecutor<Double>(workload([node], outputs: ["y"]))
        #expect { try executor.run([:]) } throws: { ($0 as? KernelwrightError)?.message == "no values for x" }
        #expect {
            try executor.run(["x": tensor([3], [1, 2, 3])])
        } throws: { ($0 as? KernelwrightError)?.hint == "its shape is [2]" }
    }

    @Test("A declaration that contradicts the operator is refused")
    func wrongDeclaration() throws {
        let wrong = TensorType(dtype: .float32, shape: [3])
        let node = Node(name: "y", op: "aten.neg.default", arguments: [.value("x")], outputs: [wrong])
        let executor = try ReferenceExecutor<Double>(workload([node], outputs: ["y"]))
        #expect {
            try executor.run(["x": tensor([2], [1, 2])])
        } throws: { ($0 as? KernelwrightError)?.hint == "it declares [[3]]" }
    }

    @Test("Elements are read from memory in every dtype", arguments: DType.allCases)
    func bytes(dtype: DType) {
        let spec = TensorSpec(name: "t", dtype: dtype, shape: [3, 5])
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: spec.byteCount, alignment: 16)
        defer { buffer.deallocate() }
        InputDistribution.uniform.fill(spec, seed: Seed(3), into: buffer)
        let values = Tensor<Double>(type: spec.type, bytes: UnsafeRawBufferPointer(buffer)).values
        #expect(Set(values).count > 1)
        #expect(
            values.allSatisfy {
                dtype.isFloatingPoint ? (0...1).contains($0) : $0 == $0.rounded() && (0..<8).contains($0)
            })
    }
}

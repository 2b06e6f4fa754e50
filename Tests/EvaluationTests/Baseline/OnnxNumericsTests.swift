import Evaluation
import Foundation
import KernelIR
import Testing
import Workloads

@Suite(
    "ONNX export, computed",
    .enabled(if: BaselineTestEnvironment.isInstalled, Comment(rawValue: BaselineTestEnvironment.missing)))
struct OnnxNumericsTests {
    private struct Errors: Decodable {
        var name: String
        var normwise: Double
        var elementwise: Double
    }

    /// Level 1's products, activations, norms and reductions, and forms of operators that level 1 does not use.
    private static func workloads() throws -> [Workload] {
        let numbers = Array(1...40) + [47, 48, 49, 51, 52, 53, 88]
        return try numbers.map { try Suite.kernelBench.workload(level: 1, number: $0, size: .tiny) } + variants
    }

    private static let variants: [Workload] = [
        variant("gelu.default", [.string("tanh")]),
        variant("softplus.default", [.double(0.5), .int(1)]),
        variant("softplus.default", [.int(3)]),
        variant("leaky_relu.default", [.double(0.25)]),
        variant("elu.default", [.double(2.5)]),
        variant("clamp.default", [.none, .double(0.5)]),
        variant("clamp.default", [.double(-0.5)]),
        variant("sub.Tensor", [.value("x"), .double(0.25)]),
        variant("rsub.Scalar", [.int(1), .int(2)]),
        variant("neg.default", []),
        variant("exp.default", []),
        variant("linalg_vector_norm.default", [.int(1), .list([.int(0), .int(-1)])], shape: [6]),
        variant("linalg_vector_norm.default", [.int(2), .none, .bool(true)], shape: [1, 1, 1]),
        variant("argmax.default", [], shape: [], dtype: .int64),
        variant("argmin.default", [.int(-2), .bool(true)], shape: [4, 1, 8], dtype: .int64),
        variant("sum.dim_IntList", [.list([.int(0), .int(2)])], shape: [6]),
        variant("mean.default", [], shape: []),
        variant("permute.default", [.list([.int(2), .int(0), .int(-2)])], shape: [8, 4, 6]),
        variant("transpose.int", [.int(-1), .int(0)], shape: [8, 6, 4]),
        variant("triu.default", [.int(1)]),
        variant("tril.default", [.int(-2)]),
        variant("unsqueeze.default", [.int(-1)], shape: [4, 6, 8, 1]),
        variant("linear.default", [.value("w"), .value("b")], shape: [4, 6, 3]),
        variant("layer_norm.default", [.list([.int(8)]), .none, .none, .double(0.1)]),
        variant("group_norm.default", [.int(3), .none, .none, .double(0.1)]),
        variant(
            "batch_norm.default",
            [.none, .none, .value("mean"), .value("mean"), .bool(false), .double(0.1), .double(0.1)]),
        variant("matmul.default", [.value("v")], shape: [4, 6]),
    ]

    /// One operator on x of shape [4, 6, 8].
    private static func variant(
        _ op: String, _ rest: [Argument], shape: [Int] = [4, 6, 8], dtype: DType = .float32
    ) -> Workload {
        let shapes = ["w": [3, 8], "b": [3], "mean": [6], "v": [8]]
        let used = rest.flatMap(\.references)
        return Workload(
            name: op, inputs: [TensorSpec(name: "x", dtype: .float32, shape: [4, 6, 8])],
            parameters: shapes.sorted { $0.key < $1.key }.filter { used.contains($0.key) }.map {
                TensorSpec(name: $0.key, dtype: .float32, shape: $0.value)
            },
            nodes: [
                Node(
                    name: "y", op: "aten." + op, arguments: [.value("x")] + rest,
                    outputs: [TensorType(dtype: dtype, shape: shape)])
            ],
            outputs: ["y"])
    }

    @Test("ONNX Runtime agrees with a float64 evaluation of the ATen graph")
    func agrees() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let workloads = try Self.workloads()
        for (index, workload) in workloads.enumerated() {
            let place = folder.appendingPathComponent("\(index)")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try JSONEncoder().encode(workload).write(to: place.appendingPathComponent("workload.json"))
            try OnnxModel(exporting: workload).bytes.write(to: place.appendingPathComponent("model.onnx"))
        }
        let lines = try compare(folder)
        #expect(lines.count == workloads.count)
        for line in lines {
            let name = workloads[Int(line.name) ?? 0].name
            #expect(line.normwise < 1e-5 && line.elementwise < 1e-5, "\(name): \(line)")
        }
    }

    private func compare(_ folder: URL) throws -> [Errors] {
        let process = Process()
        let output = Pipe()
        let environment = BaselineTestEnvironment.python
        process.executableURL = environment.python
        process.arguments = [environment.bridge.appendingPathComponent("tests/compare_exports.py").path, folder.path]
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try text.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Errors.self, from: $0) }
    }
}

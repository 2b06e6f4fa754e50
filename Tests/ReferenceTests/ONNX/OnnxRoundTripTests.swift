import Foundation
import KernelIR
import Testing

@testable import Reference
@testable import Workloads

/// What the exporter writes, the importer reads and the reference computes is what PyTorch computed: two translations
/// written apart, and results that neither of them made.
@Suite("ONNX and back") struct OnnxRoundTripTests {
    /// A case's operator through ONNX, or nil where it has no ONNX form.
    private static func roundTrip(_ workload: Workload) throws -> Workload? {
        let model = Result { () throws(KernelwrightError) in try OnnxModel(exporting: workload) }
        if case .failure(let error) = model, error.message.contains("no ONNX form") { return nil }
        return try OnnxImport(data: model.get().bytes, name: "back").workload
    }

    private static func workload(_ operatorCase: OperatorCase) -> (Workload, [String: Tensor<Double>]) {
        let names = "abcdefghijklmnopqrstuvwxyz".map(String.init)
        let tensors = operatorCase.tensors.map(\.tensor)
        let types = operatorCase.results.map { TensorType(dtype: $0.dtype, shape: $0.shape) }
        var nodes = [
            Node(
                name: "result", op: operatorCase.op, arguments: operatorCase.args,
                keywordArguments: operatorCase.kwargs ?? [:], outputs: types)
        ]
        var outputs = ["result"]
        if types.count > 1 {
            outputs = types.indices.map { "result\($0)" }
            nodes += types.indices.map {
                Node(name: "result\($0)", op: "getitem", arguments: [.value("result"), .int($0)], outputs: [types[$0]])
            }
        }
        let inputs = zip(names, tensors).map { TensorSpec(name: $0, dtype: $1.dtype, shape: $1.shape) }
        let workload = Workload(name: operatorCase.op, inputs: inputs, nodes: nodes, outputs: outputs)
        return (workload, Dictionary(uniqueKeysWithValues: zip(names, tensors)))
    }

    @Test("Every case of every operator that is exported", arguments: OperatorCase.all)
    func agrees(operatorCase: OperatorCase) throws {
        guard ConverterTable.converters[operatorCase.op] != nil else { return }
        let (workload, values) = Self.workload(operatorCase)
        guard let back = try Self.roundTrip(workload) else { return }
        // Tensors of the model that are no inputs come back as weights.
        var given = values.filter { name, _ in back.inputs.contains { $0.name == name } }
        for spec in back.parameters {
            let bytes = try #require(back.weights?.file.bytes(of: spec.name))
            given[spec.name] = [UInt8](bytes).withUnsafeBytes { Tensor(type: spec.type, bytes: $0) }
        }
        let found = try ReferenceExecutor<Double>(back).run(given)
        for (found, expected) in zip(found, operatorCase.results.map(\.tensor)) {
            #expect(found.type == expected.type)
            // Attributes are float32.
            let bound = expected.dtype == .float64 ? 1e-6 : OperatorCaseTests.bound(expected.dtype)
            #expect(
                isClose(found.values, expected.values, within: bound), "\(found.values) instead of \(expected.values)")
        }
    }

    @Test("Most cases have an ONNX form")
    func coverage() throws {
        let exported = OperatorCase.all.filter { operatorCase in
            ConverterTable.converters[operatorCase.op] != nil
                && (try? OnnxModel(exporting: Self.workload(operatorCase).0)) != nil
        }
        #expect(exported.count >= 300, "\(exported.count) of \(OperatorCase.all.count)")
    }
}

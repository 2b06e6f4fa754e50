import Foundation
import KernelIR
import SwiftProtobuf

/// A workload as an ONNX model (https://onnx.ai/onnx/intro), the form in which other runtimes take it.
///
/// Inputs and parameters alike are graph inputs, so that no runtime folds weights into its plan while another reads
/// them at every call; constants of the workload are initializers. Nodes no output depends on are left out.
public struct OnnxModel: Sendable {
    /// The serialized `ModelProto`.
    public var bytes: Data
    /// What the model takes: the workload's inputs, then its parameters, under their names.
    public var inputs: [TensorSpec]
    /// What the model gives, in the order of the workload's outputs. A name is the workload's, unless that output is
    /// an input, a parameter, a constant or repeated: then a prefix keeps the names of the graph unique.
    public var outputs: [TensorSpec]

    /// The version of the default operator set that models are written in, unless an operator came later.
    public static let operatorSet = 20

    /// The version of the file format (`IR_VERSION` of onnx.proto) that goes with an operator set.
    private static func formatVersion(operatorSet: Int) -> Int {
        switch operatorSet {
        case ...20: 9
        case ...22: 10
        case 23: 11
        case 24: 12
        default: 13
        }
    }

    /// Exports a validated workload.
    ///
    /// Throws `badInput` naming the node, its operator and what of it has no ONNX form here.
    public init(exporting workload: Workload) throws(KernelwrightError) {
        var export = WorkloadExport(workload)
        try export.convertNodes()
        outputs = export.nameOutputs()
        inputs = workload.inputs + workload.parameters
        let message = Self.message(export.graph, name: workload.name, inputs: inputs, outputs: outputs)
        do {
            bytes = try message.serializedData()
        } catch {
            throw KernelwrightError(
                .internalInconsistency, "the ONNX model of \(workload.name) cannot be serialized", cause: "\(error)")
        }
    }

    /// The model as read back from its bytes.
    func message() throws -> Onnx_ModelProto { try Onnx_ModelProto(serializedBytes: bytes) }

    private static func message(
        _ builder: GraphBuilder, name: String, inputs: [TensorSpec], outputs: [TensorSpec]
    ) -> Onnx_ModelProto {
        var model = Onnx_ModelProto()
        model.irVersion = Int64(formatVersion(operatorSet: builder.operatorSet))
        model.producerName = "kernelwright"
        var operators = Onnx_OperatorSetIdProto()
        operators.version = Int64(builder.operatorSet)
        model.opsetImport = [operators]
        model.graph.name = name
        model.graph.node = builder.nodes
        model.graph.initializer = builder.initializers
        model.graph.input = inputs.map(Onnx_ValueInfoProto.init(spec:))
        model.graph.output = outputs.map(Onnx_ValueInfoProto.init(spec:))
        return model
    }
}

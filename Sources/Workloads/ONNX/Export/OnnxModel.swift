import Foundation
import KernelIR
import SwiftProtobuf

/// A workload as an ONNX model (https://onnx.ai/onnx/intro), the form in which other runtimes take it.
///
/// Inputs and, unless they are embedded, parameters are graph inputs, so that no runtime folds weights into its plan while
/// another reads them at every call; constants of the workload are initializers. Nodes no output depends on are left out.
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

    /// How parameters that the workload has values for reach the model.
    public enum ParameterForm: Sendable {
        /// At every call, like all others.
        case inputs
        /// As initializers, which a runtime may fold and repack.
        case embedded
    }

    /// The largest message that protocol buffers hold.
    private static let largestMessage = Int(Int32.max)

    /// Exports a validated workload.
    ///
    /// Throws `badInput` naming the node, its operator and what of it has no ONNX form here; and where parameters shall be
    /// embedded and have no values, or are too large for one file.
    public init(
        exporting workload: Workload, parameters form: ParameterForm = .inputs
    ) throws(KernelwrightError) {
        var export = WorkloadExport(workload)
        let embedded = form == .embedded ? try Self.values(of: workload) : [:]
        for parameter in workload.parameters {
            embedded[parameter.name].map { export.embed(parameter, $0) }
        }
        try export.convertNodes()
        outputs = export.nameOutputs()
        inputs = workload.inputs + workload.parameters.filter { embedded[$0.name] == nil }
        let message = Self.message(export.graph, name: workload.name, inputs: inputs, outputs: outputs)
        do {
            bytes = try message.serializedData()
        } catch {
            throw KernelwrightError(
                .internalInconsistency, "the ONNX model of \(workload.name) cannot be serialized", cause: "\(error)")
        }
    }

    /// The elements of the parameters that have values.
    private static func values(of workload: Workload) throws(KernelwrightError) -> [String: Data] {
        guard let weights = workload.weights else {
            throw KernelwrightError(
                .badInput, "workload \(workload.name) has no weights: its parameters are drawn for each run",
                hint: "export it without --weights, or import a model with its weights")
        }
        guard weights.file.data.count < largestMessage else {
            throw KernelwrightError(
                .badInput, "the weights of \(workload.name) have \(weights.file.data.count) bytes, too many for ONNX",
                hint: "an ONNX file holds at most 2 GiB; export it without --weights")
        }
        let tensors = workload.parameters.compactMap { parameter in
            weights.file.bytes(of: parameter.name).map { (parameter.name, $0) }
        }
        return Dictionary(uniqueKeysWithValues: tensors)
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

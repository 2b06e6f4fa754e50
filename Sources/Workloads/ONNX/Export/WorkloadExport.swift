import Foundation
import KernelIR

/// One export under way: converts live nodes in order and remembers which ONNX tensors hold each value.
struct WorkloadExport {
    let workload: Workload
    private(set) var graph: GraphBuilder
    private var values: [String: [OnnxValue]] = [:]

    init(_ workload: Workload) {
        self.workload = workload
        let interface = workload.inputs + workload.parameters
        graph = GraphBuilder(
            reserved: interface.map(\.name) + workload.constants.map(\.name) + workload.outputs,
            operatorSet: OnnxModel.operatorSet)
        for spec in interface { values[spec.name] = [OnnxValue(name: spec.name, type: spec.type)] }
    }

    /// Makes a parameter a part of the model.
    mutating func embed(_ parameter: TensorSpec, _ elements: Data) {
        graph.add(Onnx_TensorProto(parameter.dtype, parameter.shape, bytes: elements), named: parameter.name)
    }

    /// Converts every node an output depends on.
    mutating func convertNodes() throws(KernelwrightError) {
        let live = workload.liveValues
        for constant in workload.constants where live.contains(constant.name) {
            graph.add(constant)
            values[constant.name] = [OnnxValue(name: constant.name, type: constant.type)]
        }
        let used = usedElements(live)
        var edits = InPlaceEdits()
        for node in workload.nodes where live.contains(node.name) {
            try edits.follow(node)
            let names = try convert(node, used: used[node.name] ?? [0])
            let results = zip(names, node.outputs).map { OnnxValue(name: $0, type: $1) }
            values[node.name] = results
            // Who reads the operand of an in-place operator from now on sees its result.
            if let operand = node.overwrittenValue { values[operand] = results }
        }
    }

    private mutating func convert(_ node: Node, used: Set<Int>) throws(KernelwrightError) -> [String] {
        guard let convert = ConverterTable.converters[node.functionalOperator] else {
            throw KernelwrightError(
                .badInput, "node \(node.name): operator \(node.op) has no ONNX form",
                hint: "operators with one: \(ConverterTable.converters.keys.sorted().joined(separator: ", "))")
        }
        let call = OperatorCall(workload: workload.name, node: node, values: values, usedElements: used)
        return try convert(call, &graph)
    }

    /// Gives every output a tensor of its own name, and the names in order.
    mutating func nameOutputs() -> [TensorSpec] {
        var specs: [TensorSpec] = []
        for (index, (output, type)) in zip(workload.outputs, workload.outputTypes).enumerated() {
            let tensor = values[output]?[0].name ?? output
            var name = output
            if graph.isProduced(tensor), !specs.contains(where: { $0.name == output || $0.name == tensor }) {
                graph.rename(tensor, to: output)
                rename(tensor, to: output)
            } else {
                name = "output_\(index)/\(output)"
                graph.emit("Identity", [tensor], into: [name])
            }
            specs.append(TensorSpec(name: name, dtype: type.dtype, shape: type.shape))
        }
        return specs
    }

    private mutating func rename(_ old: String, to new: String) {
        for (key, tensors) in values {
            values[key] = tensors.map { $0.name == old ? OnnxValue(name: new, type: $0.type) : $0 }
        }
    }

    /// Which results of a node with several are read, by the node's name.
    private func usedElements(_ live: Set<String>) -> [String: Set<Int>] {
        var used: [String: Set<Int>] = [:]
        for node in workload.nodes where node.op == "getitem" && live.contains(node.name) {
            guard let source = node.arguments.first?.valueName, let index = node.argument(1, "index")?.intValue
            else { continue }
            used[source, default: []].insert(index)
        }
        return used
    }
}

/// A tensor of the ONNX graph.
struct OnnxValue: Sendable, Hashable {
    var name: String
    var type: TensorType
    var shape: [Int] { type.shape }
    var rank: Int { type.shape.count }
    var dtype: DType { type.dtype }
}

extension Node {
    /// The operator, without the underscore of an in-place form: `aten.add.Tensor` for `aten.add_.Tensor`.
    fileprivate var functionalOperator: String {
        guard overwrittenValue != nil else { return op }
        var parts = op.split(separator: ".").map(String.init)
        parts[1].removeLast()
        return parts.joined(separator: ".")
    }
}

import Foundation
import KernelIR

/// Collects the nodes and initializers of an ONNX graph and names its inner tensors.
struct GraphBuilder {
    private(set) var nodes: [Onnx_NodeProto] = []
    private(set) var initializers: [Onnx_TensorProto] = []
    private var taken: Set<String>
    private var produced: Set<String> = []
    private var literals: [Literal: String] = [:]

    private struct Literal: Hashable {
        var dtype: DType
        var shape: [Int]
        var values: [Double]
    }

    /// Starts an empty graph; inner tensors avoid the `reserved` names.
    init(reserved: [String]) { taken = Set(reserved) }

    /// Adds an operator with one result and names it.
    mutating func emit(_ op: String, _ inputs: [String], _ attributes: [OnnxAttribute] = []) -> String {
        let result = freshName(op)
        emit(op, inputs, attributes, into: [result])
        return result
    }

    /// Adds an operator whose results are named by the caller; an empty input name stands for an omitted input.
    mutating func emit(_ op: String, _ inputs: [String], _ attributes: [OnnxAttribute] = [], into results: [String]) {
        var node = Onnx_NodeProto()
        node.opType = op
        node.name = "node_\(nodes.count)"
        node.input = inputs
        node.output = results
        node.attribute = attributes.map(\.proto)
        nodes.append(node)
        produced.formUnion(results)
    }

    /// A name no other tensor has.
    mutating func freshName(_ op: String) -> String {
        var number = taken.count
        while !taken.insert("\(op)_\(number)").inserted { number += 1 }
        return "\(op)_\(number)"
    }

    /// A constant of rank 0.
    mutating func scalar(_ value: Double, _ dtype: DType) -> String { literal([value], shape: [], dtype) }

    /// A list of integers, as ONNX takes axes and shapes.
    mutating func integers(_ values: [Int]) -> String {
        literal(values.map(Double.init), shape: [values.count], .int64)
    }

    /// A tensor of one repeated value, made by the runtime as it loads the model, so that files stay small.
    mutating func filled(_ value: Double, shape: [Int], _ dtype: DType) -> String {
        let extents = integers(shape)
        return emit("ConstantOfShape", [extents], [.tensor("value", Onnx_TensorProto(dtype, [1], [value]))])
    }

    /// Adds a constant of the workload under its own name.
    mutating func add(_ constant: Constant) {
        var tensor = Onnx_TensorProto(constant.dtype, constant.shape, constant.values)
        tensor.name = constant.name
        initializers.append(tensor)
    }

    /// Whether a node makes this tensor.
    func isProduced(_ name: String) -> Bool { produced.contains(name) }

    /// Renames a tensor wherever it occurs.
    mutating func rename(_ old: String, to new: String) {
        guard old != new else { return }
        for index in nodes.indices {
            nodes[index].input = nodes[index].input.map { $0 == old ? new : $0 }
            nodes[index].output = nodes[index].output.map { $0 == old ? new : $0 }
        }
        produced.remove(old)
        produced.insert(new)
    }

    private mutating func literal(_ values: [Double], shape: [Int], _ dtype: DType) -> String {
        let key = Literal(dtype: dtype, shape: shape, values: values)
        if let name = literals[key] { return name }
        let name = freshName("constant")
        var tensor = Onnx_TensorProto(dtype, shape, values)
        tensor.name = name
        initializers.append(tensor)
        literals[key] = name
        return name
    }
}

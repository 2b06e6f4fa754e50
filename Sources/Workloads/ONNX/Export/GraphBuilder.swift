import Foundation
import KernelIR

/// Collects the nodes and initializers of an ONNX graph and names its inner tensors.
struct GraphBuilder {
    private(set) var nodes: [Onnx_NodeProto] = []
    private(set) var initializers: [Onnx_TensorProto] = []
    /// The version of the default operator set that the nodes need.
    private(set) var operatorSet: Int
    private var taken: Set<String>
    private var produced: Set<String> = []
    private var literals: [Literal: String] = [:]

    private struct Literal: Hashable {
        var dtype: DType
        var shape: [Int]
        var values: [Double]
    }

    /// Starts an empty graph; inner tensors avoid the `reserved` names.
    init(reserved: [String], operatorSet: Int) { (taken, self.operatorSet) = (Set(reserved), operatorSet) }

    /// Says that an operator came with a later version of the operator set.
    mutating func require(operatorSet version: Int) { operatorSet = max(operatorSet, version) }

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

    /// The same elements in another shape.
    mutating func reshape(_ x: String, _ shape: [Int]) -> String { emit("Reshape", [x, integers(shape)]) }

    /// A part of one axis, in steps.
    mutating func slice(_ x: String, axis: Int, from start: Int, to end: Int, step: Int = 1) -> String {
        emit("Slice", [x] + [start, end, axis, step].map { integers([$0]) })
    }

    /// A part of one axis, the tensor itself where that is all of it.
    mutating func slice(_ x: OnnxValue, axis: Int, from start: Int, to end: Int, step: Int = 1) -> String {
        if start == 0 && end == x.shape[axis] && step == 1 { return x.name }
        return slice(x.name, axis: axis, from: start, to: end, step: step)
    }

    /// A tensor of one repeated value, made by the runtime as it loads the model, so that files stay small.
    mutating func filled(_ value: Double, shape: [Int], _ dtype: DType) -> String {
        let extents = integers(shape)
        return emit("ConstantOfShape", [extents], [.tensor("value", Onnx_TensorProto(dtype, [1], [value]))])
    }

    /// Adds a constant of the workload under its own name.
    mutating func add(_ constant: Constant) {
        add(Onnx_TensorProto(constant.dtype, constant.shape, constant.values), named: constant.name)
    }

    /// Adds a tensor whose elements come with the model.
    mutating func add(_ tensor: Onnx_TensorProto, named name: String) {
        var tensor = tensor
        tensor.name = name
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

    /// A constant tensor; equal ones are stored once.
    mutating func literal(_ values: [Double], shape: [Int], _ dtype: DType) -> String {
        let key = Literal(dtype: dtype, shape: shape, values: values)
        if let name = literals[key] { return name }
        let name = freshName("constant")
        add(Onnx_TensorProto(dtype, shape, values), named: name)
        literals[key] = name
        return name
    }
}

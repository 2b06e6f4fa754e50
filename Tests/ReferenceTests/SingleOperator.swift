import KernelIR
import Testing
import Workloads

@testable import Reference

/// A tensor of float32.
func tensor(_ shape: [Int], _ values: [Double]) -> Tensor<Double> { Tensor(shape: shape, values: values) }

/// Runs one operator on tensors named a, b, c … in order; the node declares the given types.
func run(
    _ op: String, _ tensors: [Tensor<Double>], _ arguments: [Argument], keywords: [String: Argument] = [:],
    declaring outputs: [TensorType]
) throws -> [Tensor<Double>] {
    let names = "abcdefghijklmnopqrstuvwxyz".map(String.init)
    let inputs = zip(names, tensors).map { TensorSpec(name: $0, dtype: $1.dtype, shape: $1.shape) }
    var nodes = [Node(name: "y", op: op, arguments: arguments, keywordArguments: keywords, outputs: outputs)]
    var results = ["y"]
    if outputs.count > 1 {
        results = outputs.indices.map { "y\($0)" }
        nodes += outputs.indices.map {
            Node(name: "y\($0)", op: "getitem", arguments: [.value("y"), .int($0)], outputs: [outputs[$0]])
        }
    }
    let workload = Workload(name: op, inputs: inputs, nodes: nodes, outputs: results)
    let values = Dictionary(uniqueKeysWithValues: zip(names, tensors))
    return try ReferenceExecutor<Double>(workload).run(values)
}

/// The elements of a float32 result of the given shape.
func values(
    _ op: String, _ tensors: [Tensor<Double>], _ arguments: [Argument], keywords: [String: Argument] = [:],
    shape: [Int]
) throws -> [Double] {
    let type = TensorType(dtype: .float32, shape: shape)
    return try run(op, tensors, arguments, keywords: keywords, declaring: [type])[0].values
}

/// Whether two lists agree to 10⁻¹⁰, NaN with NaN.
func isClose(_ left: [Double], _ right: [Double], within bound: Double = 1e-10) -> Bool {
    left.count == right.count
        && zip(left, right).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) || abs($0 - $1) <= bound * max(1, abs($1)) }
}

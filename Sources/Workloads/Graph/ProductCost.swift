/// Counts the multiplications and additions of products of tensors, 2 for each pair of factors.
///
/// As PyTorch's `FlopCounterMode` counts them: multiplications by padding and taps that a transposed convolution
/// throws away are counted, biases are not.
enum ProductCost {
    /// The operations of one node, 0 for an operator that is no product.
    static func flops(of node: Node, shape: (String) -> [Int]) -> Int {
        let operands = node.references.map(shape)
        guard operands.count >= 2, let output = node.outputs.first else { return 0 }
        switch node.op {
        case "aten.matmul.default", "aten.mm.default", "aten.bmm.default", "aten.linear.default":
            return 2 * output.elementCount * (operands[0].last ?? 1)
        case "aten.addmm.default":
            return 2 * output.elementCount * (operands[1].last ?? 1)
        case "aten.einsum.default":
            return einsum(node, operands)
        case "aten.scaled_dot_product_attention.default":
            return attention(query: operands[0], key: operands[1], output: output.elementCount)
        case "aten.lstm.input", "aten.gru.input", "aten.rnn_tanh.input", "aten.rnn_relu.input":
            return recurrence(input: operands[0], weights: node.argument(2, "params")?.references.map(shape) ?? [])
        case let op where op.hasPrefix("aten.conv_transpose"):
            return 2 * operands[0].elements * operands[1].dropFirst().elements
        case let op where op.hasPrefix("aten.conv"):
            return 2 * output.elementCount * operands[1].dropFirst().elements
        default:
            return 0
        }
    }

    /// 2 × the product of all labels' extents.
    private static func einsum(_ node: Node, _ operands: [[Int]]) -> Int {
        guard let equation = node.arguments.first?.stringValue else { return 0 }
        let terms = equation.filter { $0 != " " }.prefix { $0 != "-" }.split(separator: ",")
        var extents: [Character: Int] = [:]
        for (term, shape) in zip(terms, operands) {
            for (label, extent) in zip(term, shape) { extents[label] = max(extents[label] ?? 1, extent) }
        }
        return 2 * extents.values.reduce(1, *)
    }

    /// Scores, each a sum over the query's last axis, then results, each a sum over the keys.
    private static func attention(query: [Int], key: [Int], output: Int) -> Int {
        guard key.count >= 2 else { return 0 }
        let keys = key[key.count - 2]
        return 2 * keys * (query.elements + output)
    }

    /// Every step of every sequence multiplies by all weights, whose biases have one axis.
    private static func recurrence(input: [Int], weights: [[Int]]) -> Int {
        2 * input.dropLast().elements * weights.filter { $0.count == 2 }.map(\.elements).reduce(0, +)
    }
}

extension Collection where Element == Int {
    /// How many elements a tensor of these extents has.
    fileprivate var elements: Int { reduce(1, *) }
}

import KernelIR

extension Workload {
    /// Names of every value an output depends on; other nodes (buffer updates) need not be computed.
    ///
    /// An in-place operator counts where its operand is read again behind it.
    public var liveValues: Set<String> {
        var live = Set(outputs)
        for node in nodes.reversed() {
            guard live.contains(node.name) || node.overwrittenValue.map(live.contains) == true else { continue }
            live.insert(node.name)
            live.formUnion(node.references)
        }
        return live
    }

    /// Bytes that any implementation must move: inputs and parameters that reach an output once each, and the outputs.
    public var minimumBytes: Int {
        let live = liveValues
        let read = (inputs + parameters).filter { live.contains($0.name) }.map(\.byteCount).reduce(0, +)
        return read + outputTypes.map(\.byteCount).reduce(0, +)
    }

    /// Floating-point operations of matrix products and convolutions: those declared, else 2·m·n·k of each product.
    public var flops: Int { declaredFlops ?? productFlops }

    private var productFlops: Int {
        let types = valueTypes
        let live = liveValues
        return nodes.filter { live.contains($0.name) }.map { node in
            let operands = node.references.compactMap { types[$0]?.first?.shape }
            return ProductCost.flops(of: node, operands: operands)
        }.reduce(0, +)
    }
}

/// Counts the multiplications and additions of matrix products.
enum ProductCost {
    /// 2 × output elements × contracted extent for a product of two tensors, 0 for every other operator.
    static func flops(of node: Node, operands: [[Int]]) -> Int {
        guard operands.count >= 2, let output = node.outputs.first else { return 0 }
        switch node.op {
        case "aten.matmul.default", "aten.mm.default", "aten.bmm.default", "aten.linear.default":
            return 2 * output.elementCount * (operands[0].last ?? 1)
        case "aten.einsum.default":
            return einsum(node, operands)
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
}

import KernelIR

extension Workload {
    /// The power of two by which outputs grow when every input doubles, exactly and for every value; nil where the graph does
    /// not tell of one power for all outputs.
    ///
    /// Doubling is exact in binary arithmetic, so that any honest kernel of such a graph, however it orders its sums, must
    /// show it bit for bit (a metamorphic relation: Chen, Cheung, Yiu, HKUST-CS98-01, 1998). Only operators are followed of
    /// which this is plain; integers and booleans tell nothing.
    public var homogeneity: Int? {
        guard inputs.allSatisfy({ $0.dtype == .float32 && domain(of: $0) == nil }) else { return nil }
        var degrees: [String: Int] = [:]
        for spec in inputs { degrees[spec.name] = 1 }
        for spec in parameters { degrees[spec.name] = 0 }
        for node in nodes {
            guard node.overwrittenValue == nil else { return nil }
            if let degree = Self.degree(of: node, degrees) { degrees[node.name] = degree }
        }
        let found = Set(zip(outputs, outputTypes).map { $1.dtype == .float32 ? degrees[$0] : nil })
        return found.count == 1 ? found.first ?? nil : nil
    }

    /// The degree of a node's value; nil where it has none.
    private static func degree(of node: Node, _ degrees: [String: Int]) -> Int? {
        let family = node.op.split(separator: ".").dropFirst().first.map(String.init) ?? node.op
        let operands = node.references.map { degrees[$0] }
        guard !operands.isEmpty, !operands.contains(nil) else { return nil }
        let known = operands.compactMap { $0 }
        if keeping.contains(family) { return known.count == 1 ? known[0] : nil }
        if products.contains(family) {
            // A factor that is a literal scales everything alike; a bias would not.
            return known.count <= 2 ? known.reduce(0, +) : nil
        }
        if family == "div", known.count <= 2, node.argument(2, "rounding_mode") == nil {
            return node.arguments.first?.valueName == nil ? nil : known[0] - (known.count == 2 ? known[1] : 0)
        }
        if ["add", "sub"].contains(family) { return known.count == 2 && known[0] == known[1] ? known[0] : nil }
        if family == "cat" || family == "stack" { return Set(known).count == 1 ? known[0] : nil }
        return nil
    }

    /// Operators of one operand that commute with doubling.
    private static let keeping: Set = [
        "abs", "amax", "amin", "avg_pool1d", "avg_pool2d", "avg_pool3d", "clone", "contiguous", "cumsum", "expand",
        "flatten", "leaky_relu", "linalg_vector_norm", "max_pool1d", "max_pool2d", "max_pool3d", "mean", "neg",
        "permute", "relu", "reshape", "squeeze", "sum", "t", "transpose", "tril", "triu", "unsqueeze", "view",
    ]

    /// Operators that multiply their operands and add the products.
    private static let products: Set = [
        "bmm", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "einsum",
        "linear", "matmul", "mm", "mul", "mv",
    ]
}

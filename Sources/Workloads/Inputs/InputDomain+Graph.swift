import KernelIR

extension Workload {
    /// Which values an input may take: what the workload declares, else what the operators that read the input demand
    /// (PyTorch's documentation of each); nil where every value is legal. O(nodes).
    public func domain(of input: TensorSpec) -> InputDomain? {
        if let declared = domains[input.name] { return declared }
        var names: Set<String> = [input.name]
        let types = valueTypes
        for node in nodes {
            let read = node.references.filter(names.contains)
            guard !read.isEmpty else { continue }
            if node.keepsValues {
                names.insert(node.name)
            } else if let domain = demand(of: node, on: names, input.dtype, types) {
                return domain
            }
        }
        return nil
    }

    /// What one node demands of the operand that is called one of `names`.
    private func demand(
        of node: Node, on names: Set<String>, _ dtype: DType, _ types: [String: [TensorType]]
    ) -> InputDomain? {
        func reads(_ position: Int, _ keyword: String) -> Bool {
            node.argument(position, keyword)?.references.contains(where: names.contains) ?? false
        }
        func shape(_ position: Int, _ keyword: String) -> [Int] {
            node.argument(position, keyword)?.valueName.flatMap { types[$0]?.first?.shape } ?? []
        }
        let family = node.op.split(separator: ".").dropFirst().first.map(String.init) ?? ""
        if dtype.isFloatingPoint { return floatingDemand(of: node, family, names, reads) }
        guard dtype != .bool else { return nil }
        switch family {
        case "cross_entropy_loss", "nll_loss", "nll_loss_nd", "nll_loss2d":
            guard reads(1, "target") else { return nil }
            let classes = shape(0, "self")
            return (classes.count > 1 ? classes[1] : classes.first).flatMap(Self.indices)
        case "embedding": return reads(1, "indices") ? shape(0, "weight").first.flatMap(Self.indices) : nil
        case "gather", "index_select", "scatter", "scatter_add", "scatter_reduce":
            guard reads(2, "index"), let dim = node.argument(1, "dim")?.intValue else { return nil }
            let source = shape(0, "self")
            return Shape.axis(dim, rank: source.count).flatMap { source.isEmpty ? nil : Self.indices(source[$0]) }
        case "index":
            guard case .list(let items)? = node.argument(1, "indices"),
                let axis = items.firstIndex(where: { $0.references.contains(where: names.contains) })
            else { return nil }
            let source = shape(0, "self")
            return axis < source.count ? Self.indices(source[axis]) : nil
        default: return nil
        }
    }

    private static func indices(_ extent: Int) -> InputDomain? { extent > 0 ? .indices(below: extent) : nil }

    private func floatingDemand(
        of node: Node, _ family: String, _ names: Set<String>, _ reads: (Int, String) -> Bool
    ) -> InputDomain? {
        switch family {
        case "kl_div":
            let isLog = node.argument(3, "log_target")?.boolValue ?? false
            return reads(1, "target") && !isLog ? .probabilities : nil
        case "log":
            // The logarithm in front of a divergence is one of probabilities.
            let feedsDivergence = nodes.contains {
                $0.op == "aten.kl_div.default" && $0.argument(0, "self")?.valueName == node.name
            }
            return feedsDivergence ? .probabilities : .positive
        case "log2", "log10", "sqrt", "rsqrt": return .positive
        case "pow":
            let exponent = node.argument(1, "exponent")?.doubleValue
            return reads(0, "self") && exponent.map { $0 != $0.rounded() } == true ? .positive : nil
        case "binary_cross_entropy": return reads(0, "self") || reads(1, "target") ? .probabilities : nil
        default: return nil
        }
    }
}

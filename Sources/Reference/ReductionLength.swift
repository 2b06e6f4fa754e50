import KernelIR
import Workloads

extension Workload {
    /// The largest number of terms added one after another on a way from an input to an output, at least 1.
    ///
    /// A sum of n terms counts n, sums behind one another add up; operators without sums count nothing.
    public var reductionLength: Int {
        var lengths: [String: Int] = [:]
        let types = valueTypes
        let live = liveValues
        for node in nodes where live.contains(node.name) {
            let operands = node.references
            let before = operands.map { lengths[$0] ?? 0 }.max() ?? 0
            lengths[node.name] = before + Self.terms(of: node, operands.compactMap { types[$0]?.first })
        }
        return max(outputs.map { lengths[$0] ?? 0 }.max() ?? 1, 1)
    }

    /// Terms summed for one output element of a node.
    private static func terms(of node: Node, _ operands: [TensorType]) -> Int {
        guard let x = operands.first, let output = node.outputs.first, output.elementCount > 0 else { return 0 }
        switch node.op {
        case "aten.matmul.default", "aten.mm.default", "aten.bmm.default", "aten.mv.default", "aten.dot.default",
            "aten.linear.default":
            return x.shape.last ?? 1
        case "aten.einsum.default":
            let labels = node.arguments.first?.stringValue.map(contractedLabels) ?? []
            return labels.reduce(1) { $0 * extent(of: $1, node, operands) }
        case "aten.sum.dim_IntList", "aten.sum.default", "aten.mean.dim", "aten.mean.default",
            "aten.linalg_vector_norm.default":
            return x.elementCount / output.elementCount
        case "aten.softmax.int", "aten._softmax.default", "aten.log_softmax.int", "aten._log_softmax.default":
            let axis = node.argument(1, "dim")?.intValue.flatMap { Shape.axis($0, rank: x.shape.count) }
            return axis.flatMap { x.shape.isEmpty ? nil : x.shape[$0] } ?? 1
        case "aten.layer_norm.default":
            return node.argument(1, "normalized_shape")?.intList?.reduce(1, *) ?? 1
        case "aten.group_norm.default":
            return x.elementCount / max(x.shape[0] * (node.argument(1, "num_groups")?.intValue ?? 1), 1)
        case "aten.instance_norm.default": return x.shape.dropFirst(2).reduce(1, *)
        case "aten.batch_norm.default": return x.elementCount / max(x.shape[1], 1)
        default: return 0
        }
    }

    private static func contractedLabels(_ equation: String) -> [Character] {
        let sides = equation.filter { $0 != " " }.split(separator: ">", omittingEmptySubsequences: false)
        guard sides.count == 2 else { return [] }
        return Set(sides[0].filter(\.isLetter)).subtracting(sides[1]).sorted()
    }

    private static func extent(of label: Character, _ node: Node, _ operands: [TensorType]) -> Int {
        let terms =
            node.arguments.first?.stringValue?.filter { $0 != " " }.prefix { $0 != "-" }.split(separator: ",") ?? []
        for (term, operand) in zip(terms, operands) {
            for (own, extent) in zip(term, operand.shape) where own == label { return extent }
        }
        return 1
    }
}

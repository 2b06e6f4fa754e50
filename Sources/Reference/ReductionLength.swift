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

    /// Terms summed for one output element of a node, at most.
    private static func terms(of node: Node, _ operands: [TensorType]) -> Int {
        guard let x = operands.first, let output = node.outputs.first, output.elementCount > 0 else { return 0 }
        let family = node.op.split(separator: ".").dropFirst().first.map(String.init) ?? node.op
        switch family {
        case "matmul", "mm", "bmm", "mv", "dot", "linear": return x.shape.last ?? 1
        case "addmm", "baddbmm", "addmv": return operands.count > 1 ? operands[1].shape.last ?? 1 : 1
        case "einsum":
            let labels = node.arguments.first?.stringValue.map(contractedLabels) ?? []
            return labels.reduce(1) { $0 * extent(of: $1, node, operands) }
        case "sum", "nansum", "mean", "linalg_vector_norm", "norm", "logsumexp", "prod", "var", "std", "var_mean",
            "std_mean":
            return x.elementCount / output.elementCount
        case "softmax", "_softmax", "log_softmax", "_log_softmax", "cumsum", "cumprod", "logcumsumexp":
            let axis = node.argument(1, "dim")?.intValue.flatMap { Shape.axis($0, rank: x.shape.count) }
            return axis.flatMap { x.shape.isEmpty ? nil : x.shape[$0] } ?? 1
        case "layer_norm", "rms_norm": return node.argument(1, "normalized_shape")?.intList?.reduce(1, *) ?? 1
        case "group_norm":
            return x.elementCount / max(x.shape[0] * (node.argument(1, "num_groups")?.intValue ?? 1), 1)
        case "instance_norm": return x.shape.dropFirst(2).reduce(1, *)
        case "batch_norm": return x.elementCount / max(x.shape[1], 1)
        case "lstm", "gru", "rnn_tanh", "rnn_relu": return recurrentTerms(operands)
        case "scaled_dot_product_attention":
            return (x.shape.last ?? 1) + 2 * (operands.count > 1 ? operands[1].shape.dropLast().last ?? 1 : 1)
        default:
            if family.hasPrefix("conv") { return convolutionTerms(node, family, operands) }
            if family.contains("avg_pool") { return poolingTerms(node, family, x, output) }
            return isLoss(family) ? x.elementCount / output.elementCount : 0
        }
    }

    /// Whether an operator sums over its operands down to its result.
    private static func isLoss(_ family: String) -> Bool {
        family.contains("loss") || family.hasPrefix("binary_cross_entropy")
            || ["kl_div", "cosine_similarity", "pairwise_distance"].contains(family)
    }

    /// Channels of a group × kernel elements; of a transposed convolution with a stride, more than are met.
    private static func convolutionTerms(_ node: Node, _ family: String, _ operands: [TensorType]) -> Int {
        guard operands.count > 1, operands[1].shape.count > 2 else { return 1 }
        let weight = operands[1]
        let isGeneral = family == "convolution"
        let isTransposed =
            family.hasPrefix("conv_transpose") || isGeneral && node.argument(6, "transposed")?.boolValue == true
        guard isTransposed else { return weight.elementCount / max(weight.shape[0], 1) }
        let groups = node.argument(isGeneral ? 8 : 6, "groups")?.intValue ?? 1
        return weight.elementCount / max(weight.shape[1] * groups, 1)
    }

    /// Elements of a window; of an adaptive pooling, of the average window.
    private static func poolingTerms(_ node: Node, _ family: String, _ x: TensorType, _ output: TensorType) -> Int {
        guard !family.contains("adaptive"), let kernel = node.argument(1, "kernel_size")?.intList else {
            return x.elementCount / output.elementCount
        }
        let rank = family.compactMap(\.wholeNumberValue).last ?? 1
        let area = kernel.reduce(1, *)
        return kernel.count == 1 ? Array(repeating: area, count: rank).reduce(1, *) : area
    }

    /// The widths of all matrices behind one another, and one term a step for the state.
    private static func recurrentTerms(_ operands: [TensorType]) -> Int {
        let matrices = operands.filter { $0.shape.count == 2 }
        return matrices.map { $0.shape[1] }.reduce(0, +) + operands[0].shape.dropLast().max()!
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

import KernelIR

/// Follows which values share memory, to refuse what a graph of pure functions cannot say: reading a view of memory that
/// an in-place operator has changed under another name.
struct InPlaceEdits {
    /// For each value, the value whose memory it may view.
    private var roots: [String: String] = [:]
    /// Values whose memory was changed under another name, and the node that did it.
    private var stale: [String: String] = [:]

    /// Notes what a node does; throws `badInput` where it reads what has changed behind its name.
    mutating func follow(_ node: Node) throws(KernelwrightError) {
        for name in node.references {
            guard let culprit = stale[name] else { continue }
            throw KernelwrightError(
                .badInput, "node \(node.name) (\(node.op)) reads %\(name), a view of what \(culprit) changed in place",
                hint: "use the result of \(culprit)")
        }
        guard let operand = node.references.first else { return }
        let root = roots[operand] ?? operand
        if node.overwrittenValue == nil {
            if Self.views.contains(node.op) { roots[node.name] = root }
            return
        }
        for (view, other) in roots where other == root && view != operand { stale[view] = node.name }
        if root != operand { stale[root] = node.name }
        roots[node.name] = root
    }

    /// Operators whose result may lie in their operand's memory.
    private static let views: Set<String> = [
        "getitem", "aten.alias.default", "aten.broadcast_tensors.default", "aten.broadcast_to.default",
        "aten.chunk.default", "aten.contiguous.default", "aten.detach.default", "aten.dropout.default",
        "aten.expand.default", "aten.expand_as.default", "aten.flatten.using_ints", "aten.narrow.default",
        "aten.numpy_T.default", "aten.permute.default", "aten.reshape.default", "aten.select.int", "aten.slice.Tensor",
        "aten.split.Tensor", "aten.split_with_sizes.default", "aten.squeeze.default", "aten.squeeze.dim",
        "aten.squeeze.dims", "aten.t.default", "aten.to.dtype", "aten.to.dtype_layout", "aten.transpose.int",
        "aten.unbind.int", "aten.unflatten.int", "aten.unfold.default", "aten.unsqueeze.default", "aten.view.default",
    ]
}

import Workloads

/// Which values of a graph may share memory, judged by the operators' names alone.
struct Sharing {
    private var roots: [String: String] = [:]

    init(_ nodes: [Node]) {
        for node in nodes {
            guard let operand = operand(of: node) else { continue }
            roots[node.name] = root(of: operand)
        }
    }

    /// The value whose memory another may view, or itself.
    func root(of name: String) -> String { roots[name] ?? name }

    /// The value a node's result may be a view of.
    func operand(of node: Node) -> String? {
        let operand = node.references.first
        if node.overwrittenValue != nil { return node.overwrittenValue }
        // Results of an operator that makes several tensors share nothing, parts of a view do.
        if node.op == "getitem" { return operand.flatMap { roots[$0] == nil ? nil : $0 } }
        if node.op == "aten.dropout.default" { return node.argument(2, "train")?.boolValue == false ? operand : nil }
        return Self.views.contains(node.op) ? operand : nil
    }

    /// Nodes on which an output depends, also through what they write into a memory that others look at later.
    static func liveNodes(of workload: Workload) -> [Node] {
        let sharing = Sharing(workload.nodes)
        var live = Set(workload.outputs)
        var liveRoots = Set(workload.outputs.map(sharing.root))
        var kept: [Node] = []
        for node in workload.nodes.reversed() {
            let writesForOthers = node.overwrittenValue.map { liveRoots.contains(sharing.root(of: $0)) } ?? false
            guard live.contains(node.name) || writesForOthers else { continue }
            live.formUnion(node.references + [node.name])
            liveRoots.formUnion(node.references.map(sharing.root))
            kept.append(node)
        }
        return kept.reversed()
    }

    /// Roots of memories that a node changes through one name and that are read afterwards through another.
    func rootsReadAfterWrites(_ nodes: [Node], outputs: [String]) -> Set<String> {
        var lastReads: [String: Int] = [:]
        for (position, node) in nodes.enumerated() {
            for name in node.references { lastReads[name] = position }
        }
        for name in outputs { lastReads[name] = nodes.count }
        var members: [String: Set<String>] = [:]
        var found: Set<String> = []
        for (position, node) in nodes.enumerated() {
            guard let operand = operand(of: node) else { continue }
            let root = root(of: operand)
            members[root, default: [root]].insert(operand)
            if node.overwrittenValue != nil {
                let others = members[root, default: []].subtracting([operand])
                if others.contains(where: { lastReads[$0, default: -1] > position }) { found.insert(root) }
            }
            members[root, default: []].insert(node.name)
        }
        return found
    }

    /// Whether a node writes elements, rather than seeing those that are there.
    static func writes(_ node: Node) -> Bool { node.overwrittenValue != nil && !views.contains(node.op) }

    /// Operators whose result may lie in their operand's memory.
    private static let views: Set<String> = Set(
        [
            "_unsafe_view.default", "adjoint.default", "alias.default", "broadcast_tensors.default",
            "broadcast_to.default", "chunk.default", "contiguous.default", "detach.default", "detach_.default",
            "diagonal.default", "expand.default", "expand_as.default", "flatten.using_ints", "mT.default",
            "moveaxis.int", "moveaxis.intlist", "movedim.int", "movedim.intlist", "narrow.default", "numpy_T.default",
            "permute.default", "ravel.default", "reshape.default", "reshape_as.default", "select.int", "slice.Tensor",
            "split.Tensor", "split.sizes", "split_with_sizes.default", "squeeze.default", "squeeze.dim",
            "squeeze.dims", "squeeze_.default", "squeeze_.dim", "swapaxes.default", "swapdims.default", "t.default",
            "tensor_split.indices", "tensor_split.sections", "to.device", "to.dtype", "to.dtype_layout", "to.other",
            "transpose.int", "type_as.default", "unbind.int", "unflatten.int", "unfold.default", "unsqueeze.default",
            "unsqueeze_.default", "view.default", "view_as.default",
        ].map { "aten." + $0 })
}

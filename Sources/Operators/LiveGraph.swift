import KernelIR
import Workloads

/// The part of a graph that reaches its outputs, with in-place operators made functional.
///
/// An operator like `add_` gives a new value, which later readers of its operand see.
struct LiveGraph {
    let nodes: [Node]
    /// Names handed out and the values they stand for in the end.
    let outputs: [(name: String, value: String)]
    /// For each node, the positions of its results that are read.
    let usedResults: [String: Set<Int>]
    private let used: Set<String>

    init(_ workload: Workload) throws(KernelwrightError) {
        var functional = Functionalization()
        var nodes: [Node] = []
        for node in workload.nodes { nodes.append(try functional.rewrite(node)) }
        outputs = workload.outputs.map { ($0, functional.current($0)) }
        var used = Set(outputs.map(\.value))
        var results: [String: Set<Int>] = [:]
        var live: [Node] = []
        for node in nodes.reversed() where used.contains(node.name) {
            live.append(node)
            used.formUnion(node.references)
            if node.op == "getitem", node.arguments.count == 2, let source = node.arguments[0].valueName,
                let item = node.arguments[1].intValue
            {
                results[source, default: []].insert(item)
            }
        }
        self.nodes = live.reversed()
        self.used = used
        usedResults = results
    }

    /// Whether any live node or output reads the value.
    func isUsed(_ name: String) -> Bool { used.contains(name) }

    /// Throws where a live value has no elements: stages have no axis of extent 0.
    func checkExtents(of workload: Workload) throws(KernelwrightError) {
        let declared =
            (workload.inputs + workload.parameters).map { ($0.name, $0.shape) }
            + workload.constants.map { ($0.name, $0.shape) }
        for (name, shape) in declared where isUsed(name) && shape.contains(0) {
            throw Self.failure("tensor \(name)", shape)
        }
        for node in nodes {
            for (position, type) in node.outputs.enumerated() where type.shape.contains(0) {
                // What nobody reads of several results need not be computed.
                let isRead = node.outputs.count == 1 || usedResults[node.name]?.contains(position) == true
                guard isRead else { continue }
                throw Self.failure("node \(node.name) (\(node.op))", type.shape)
            }
        }
    }

    private static func failure(_ place: String, _ shape: [Int]) -> KernelwrightError {
        KernelwrightError(
            .badInput, "\(place): a tensor of shape \(shape) has no elements",
            hint: "kernels need extents of 1 or more")
    }
}

/// Replaces operands that were changed in place by their new values.
private struct Functionalization {
    private(set) var versions: [String: String] = [:]
    /// For each value, the value whose memory it views.
    private var roots: [String: String] = [:]
    /// Views of memory that was changed under another name, and the node that did it.
    private var stale: [String: String] = [:]

    mutating func rewrite(_ node: Node) throws(KernelwrightError) -> Node {
        for name in node.references {
            guard let culprit = stale[current(name)] else { continue }
            throw KernelwrightError(
                .badInput, "node \(node.name) (\(node.op)) reads %\(name), a view of what \(culprit) changed in place",
                hint: "use the result of \(culprit)")
        }
        var copy = node
        copy.arguments = node.arguments.map(current)
        copy.keywordArguments = node.keywordArguments.mapValues(current)
        guard let operand = node.arguments.first?.valueName else { return copy }
        if OperatorCatalog.isView(node.op) { roots[node.name] = roots[operand] ?? operand }
        guard node.op.isInPlace else { return copy }
        let root = roots[operand] ?? operand
        roots[node.name] = root
        for (view, other) in roots where other == root && view != operand && view != node.name {
            stale[view] = node.name
        }
        if root != operand { stale[root] = node.name }
        versions[operand] = node.name
        copy.op = node.op.functional
        return copy
    }

    /// The newest value of the memory that a name stands for.
    func current(_ name: String) -> String {
        var name = name
        while let next = versions[name] { name = next }
        return name
    }

    private func current(_ argument: Argument) -> Argument {
        switch argument {
        case .value(let name): .value(current(name))
        case .list(let items): .list(items.map(current))
        default: argument
        }
    }
}

extension String {
    /// Whether an operator name such as `aten.add_.Tensor` changes its first operand.
    fileprivate var isInPlace: Bool { inPlaceParts != nil }

    /// The operator of the same meaning that leaves its operand alone.
    fileprivate var functional: String { inPlaceParts.map { "\($0.head).\($0.tail)" } ?? self }

    private var inPlaceParts: (head: String, tail: String)? {
        let parts = split(separator: ".")
        guard parts.count == 3, parts[1].last == "_" else { return nil }
        return ("\(parts[0]).\(parts[1].dropLast())", String(parts[2]))
    }
}

import KernelIR
import Workloads

/// Which values of a graph are views of one memory, and what an in-place operator therefore changes besides its operand.
///
/// A view is known by the places of its elements in the memory's first value, its root: its operators, applied to the
/// numbers 0, 1, 2 …, give them. Graphs in which nobody looks at a memory after it changed under another name cost nothing.
struct SharedMemory {
    /// What else changes when a node writes into its operand.
    struct Write {
        let root: String
        /// Where the operand's elements lie in the root.
        let places: [Double]
        /// The other views of the memory with the places of their tensors.
        let views: [(name: String, places: [Tensor<Double>])]
    }

    /// By the writing node's name; nodes whose writes no other name sees are missing.
    private(set) var writes: [String: Write] = [:]
    private var places: [String: [Tensor<Double>]] = [:]
    private var roots: [String: String] = [:]

    /// Values that must be kept as long as the graph runs.
    var kept: Set<String> { Set(places.keys) }

    /// Follows the live nodes of a workload.
    init(_ nodes: [Node], of workload: Workload) {
        let sharing = Sharing(nodes)
        let watched = sharing.rootsReadAfterWrites(nodes, outputs: workload.outputs)
        guard !watched.isEmpty else { return }
        let table = OperatorTable<Double>.complete()
        let types = workload.valueTypes
        for node in nodes {
            guard let operand = sharing.operand(of: node), watched.contains(sharing.root(of: operand)) else { continue }
            let type = types[operand]?.first ?? TensorType(dtype: .float32, shape: [])
            if places[operand] == nil {
                let numbers = (0..<type.elementCount).map(Double.init)
                places[operand] = [Tensor(dtype: type.dtype, shape: type.shape, values: numbers)]
                roots[operand] = operand
            }
            if node.overwrittenValue != nil { note(node, writing: operand) }
            var results = places[operand] ?? []
            if !Sharing.writes(node) {
                let call = OperatorCall(node: node, values: places)
                results = (try? table.implementations[node.op]?(call)) ?? []
            }
            let isView = results.allSatisfy { $0.isView(inOrder: node.op == "aten.contiguous.default") }
            guard isView, node.outputs.first?.dtype == type.dtype else { continue }
            (places[node.name], roots[node.name]) = (results, roots[operand])
            if node.overwrittenValue != nil { places[operand] = results }
        }
    }

    private mutating func note(_ node: Node, writing operand: String) {
        guard let root = roots[operand], let own = places[operand]?.first else { return }
        let views = places.keys.filter { roots[$0] == root && $0 != operand && $0 != root }.sorted()
        writes[node.name] = Write(root: root, places: own.values, views: views.map { ($0, places[$0] ?? []) })
    }

    /// Puts what a node wrote into the root and renews all views of it.
    func spread<Scalar: ReferenceScalar>(
        _ written: Tensor<Scalar>, by node: Node, in values: inout [String: [Tensor<Scalar>]]
    ) {
        guard let write = writes[node.name], var root = values[write.root]?.first else { return }
        if node.overwrittenValue == write.root {
            root = written
        } else {
            for (place, value) in zip(write.places, written.values) { root.values[Int(place)] = value }
            values[write.root] = [root]
        }
        for view in write.views {
            values[view.name] = view.places.map { places in
                Tensor(dtype: root.dtype, shape: places.shape, values: places.values.map { root.values[Int($0)] })
            }
        }
    }
}

extension Tensor<Double> {
    /// Whether places in a memory lie as a tensor with strides can see them, or in order without gaps.
    fileprivate func isView(inOrder: Bool) -> Bool {
        guard let first = values.first else { return true }
        let own = Shape.strides(shape)
        let strides = zip(shape, own).map { extent, stride in
            inOrder ? stride : extent > 1 ? Int(values[stride] - first) : 0
        }
        let tables = zip(shape, strides).map { extent, stride in (0..<extent).map { $0 * stride } }
        let expected = AxisOffsets(start: Int(first), tables: tables).flat
        return zip(values, expected).allSatisfy { Int($0) == $1 }
    }
}

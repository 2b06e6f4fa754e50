import KernelIR
import Workloads

/// Runs a workload's graph node by node with plain implementations, independent of the compiler.
public struct ReferenceExecutor<Scalar: ReferenceScalar>: Sendable {
    private let workload: Workload
    private let nodes: [Node]
    private let table = OperatorTable<Scalar>.complete()
    private let memory: SharedMemory
    /// Values that are read for the last time by the node at each position.
    private let lastUses: [[String]]

    /// Names of the operators that can run, in alphabetical order.
    public static var supportedOperators: [String] { OperatorTable<Scalar>.complete().implementations.keys.sorted() }

    /// Prepares a run; throws `badInput` naming the first node whose operator has no implementation.
    ///
    /// Nodes on which no output depends are left out.
    // Other modules see no bodies: without these, the oracle would run through witness tables, five times slower.
    @_specialize(where Scalar == Double)
    @_specialize(where Scalar == Float)
    public init(_ workload: Workload) throws(KernelwrightError) {
        try workload.validate()
        self.workload = workload
        nodes = Sharing.liveNodes(of: workload)
        memory = SharedMemory(nodes, of: workload)
        lastUses = Self.lastUses(nodes, keeping: memory.kept.union(workload.outputs))
        for node in nodes where table.implementations[node.op] == nil {
            throw KernelwrightError(
                .badInput, "node \(node.name): unsupported operator \(node.op)",
                hint: "supported: " + Self.supportedOperators.joined(separator: " "))
        }
    }

    /// Computes the outputs, in order, from inputs and parameters by name.
    ///
    /// An in-place operator changes its operand and every view of the same memory.
    /// Throws `badInput` for a missing or misshapen tensor and for arguments an operator does not take.
    @_specialize(where Scalar == Double)
    @_specialize(where Scalar == Float)
    public func run(_ arguments: [String: Tensor<Scalar>]) throws(KernelwrightError) -> [Tensor<Scalar>] {
        try run { arguments[$0.name] }
    }

    /// The same with each input and parameter asked for when its first reader runs, and dropped after its last: parameters
    /// may fill the memory.
    @_specialize(where Scalar == Double)
    @_specialize(where Scalar == Float)
    public func run(
        reading argument: (TensorSpec) -> Tensor<Scalar>?
    ) throws(KernelwrightError) -> [Tensor<Scalar>] {
        var values = constants
        var waiting = Dictionary(uniqueKeysWithValues: (workload.inputs + workload.parameters).map { ($0.name, $0) })
        func fetch(_ names: [String]) throws(KernelwrightError) {
            for name in names {
                guard let spec = waiting.removeValue(forKey: name) else { continue }
                values[name] = [try Self.checked(argument(spec), spec)]
            }
        }
        for (node, finished) in zip(nodes, lastUses) {
            guard let implementation = table.implementations[node.op] else { continue }
            try fetch(node.references)
            let declared = try declare(results(implementation, OperatorCall(node: node, values: values)), node)
            values[node.name] = declared
            if let overwritten = node.overwrittenValue { values[overwritten] = declared }
            if let written = declared.first { memory.spread(written, by: node, in: &values) }
            for name in finished { values[name] = nil }
        }
        try fetch(workload.outputs)
        return workload.outputs.compactMap { values[$0]?.first }
    }

    private static func checked(
        _ tensor: Tensor<Scalar>?, _ spec: TensorSpec
    ) throws(KernelwrightError) -> Tensor<Scalar> {
        guard var tensor else {
            throw KernelwrightError(
                .badInput, "no values for \(spec.name)", hint: "give every input and parameter of the workload")
        }
        guard tensor.shape == spec.shape else {
            throw KernelwrightError(
                .badInput, "\(spec.name) has the shape \(tensor.shape)", hint: "its shape is \(spec.shape)")
        }
        tensor.dtype = spec.dtype
        return tensor
    }

    private var constants: [String: [Tensor<Scalar>]] {
        let tensors = workload.constants.map { constant in
            let values = constant.values.map { Scalar($0) }
            return (constant.name, [Tensor(dtype: constant.dtype, shape: constant.shape, values: values)])
        }
        return Dictionary(uniqueKeysWithValues: tensors)
    }

    private func results(
        _ implementation: OperatorImplementation<Scalar>, _ call: OperatorCall<Scalar>
    ) throws(KernelwrightError) -> [Tensor<Scalar>] {
        do {
            return try implementation(call)
        } catch let error as KernelwrightError {
            throw error
        } catch {
            throw KernelwrightError(
                .internalInconsistency, "node \(call.node.name) (\(call.node.op))", cause: "\(error)")
        }
    }

    /// Checks the results' shapes against the node's declaration and gives them the declared dtypes,
    /// in which integers wrap around.
    private func declare(_ results: [Tensor<Scalar>], _ node: Node) throws(KernelwrightError) -> [Tensor<Scalar>] {
        guard results.map(\.shape) == node.outputs.map(\.shape) else {
            throw KernelwrightError(
                .badInput, "node \(node.name) (\(node.op)) computes the shape \(results.map(\.shape))",
                hint: "it declares \(node.outputs.map(\.shape))")
        }
        return zip(results, node.outputs).map { table.declare($0, $1.dtype) }
    }

    private static func lastUses(_ nodes: [Node], keeping outputs: Set<String>) -> [[String]] {
        var seen = outputs
        var uses: [[String]] = []
        for node in nodes.reversed() {
            uses.append(Set(node.references + [node.name]).filter { seen.insert($0).inserted }.sorted())
        }
        return uses.reversed()
    }
}

import KernelIR
import Workloads

/// Adds the stages of one operator and gives its results.
typealias Lowering = @Sendable (Call, inout ProgramBuilder) throws(KernelwrightError) -> [Tensor]

/// The ATen operators that can be lowered to stages; `docs/operators.md` lists their canonical forms.
public enum OperatorCatalog {
    /// Names of all supported operators with their overloads, sorted.
    public static var supported: [String] { table.keys.sorted() }

    static let table: [String: Lowering] = [
        UnaryOperators.table, BinaryOperators.table, MovementOperators.table, ReductionOperators.table,
        ArgumentReductions.table, SoftmaxOperators.table, NormOperators.table, ContractionOperators.table,
        TriangleOperators.table, ConvolutionOperators.table, PoolingOperators.table, LossOperators.table,
        ScanOperators.table, AttentionOperators.table, PartOperators.table, JoinOperators.table,
        ConversionOperators.table, ComparisonOperators.table, ChoiceOperators.table, IndexOperators.table,
        RecurrentOperators.table,
    ].reduce(into: [:]) { $0.merge($1) { first, _ in first } }

    /// Whether an operator's results may share memory with its first operand.
    static func isView(_ op: String) -> Bool {
        if MovementOperators.copies.contains(op) { return false }
        return MovementOperators.table[op] != nil || PartOperators.table[op] != nil
            || ConversionOperators.casts.contains(op)
    }

    /// The lowering of a node's operator; throws `badInput` naming the node and what is supported.
    static func lowering(of node: Node) throws(KernelwrightError) -> Lowering {
        guard let lowering = table[node.op] else {
            throw KernelwrightError(
                .badInput, "node \(node.name): operator \(node.op) is not supported",
                hint: "supported: \(supported.joined(separator: " "))")
        }
        return lowering
    }
}

/// What a workload computes, as stages in canonical form.
///
/// Inputs, parameters, constants and outputs keep their names; a buffer's shape may be a reshape of the tensor's. What
/// reaches no output is left out. Throws `badInput` naming the node, with the legal choices. Complexity: linear in the
/// graph, times the size of the formulas.
public func lower(_ workload: Workload) throws(KernelwrightError) -> TensorProgram {
    let graph = try LiveGraph(workload)
    try graph.checkExtents(of: workload)
    var builder = ProgramBuilder()
    var values: [String: [Tensor]] = [:]
    for spec in workload.inputs where graph.isUsed(spec.name) {
        values[spec.name] = [builder.declare(spec, role: .input)]
    }
    for spec in workload.parameters where graph.isUsed(spec.name) {
        values[spec.name] = [builder.declare(spec, role: .parameter)]
    }
    for constant in workload.constants where graph.isUsed(constant.name) {
        if let value = constant.values.first, constant.values.allSatisfy({ $0 == value }) {
            values[constant.name] = [Tensor(fill: value, constant.dtype, constant.shape)]
        } else {
            values[constant.name] = [builder.declare(constant)]
        }
    }
    for node in graph.nodes {
        let call = Call(node, values, usedResults: graph.usedResults[node.name] ?? [])
        let results = try OperatorCatalog.lowering(of: node)(call, &builder)
        try check(results, call)
        values[node.name] = results
    }
    var (given, outputs): (Set<String>, [(String, Tensor)]) = ([], [])
    for (name, value) in graph.outputs where given.insert(name).inserted {
        guard let tensor = values[value]?.first else {
            throw KernelwrightError(.badInput, "workload \(workload.name): output \(name) is undefined")
        }
        outputs.append((name, tensor))
    }
    try builder.output(outputs)
    return Canonicalization(builder).program(named: workload.name)
}

/// The results must be what the graph declares.
private func check(_ results: [Tensor], _ call: Call) throws(KernelwrightError) {
    guard results.count == call.node.outputs.count else {
        throw call.failure("it declares \(call.node.outputs.count) results", hint: "it has \(results.count)")
    }
    for (result, declared) in zip(results, call.node.outputs)
    where result.shape != declared.shape || result.type != declared.dtype {
        throw call.failure(
            "it declares \(declared)", hint: "it gives \(TensorType(dtype: result.type, shape: result.shape))")
    }
}

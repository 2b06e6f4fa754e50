import KernelIR

/// Computes once what a map computes alike all along an axis: the dearest such expression becomes a map of its own,
/// `STAGE.invariant`, over the axes that it does vary along.
///
/// A divisor that is alike becomes a factor: its reciprocal is what is computed once. Legal where the loops of the map are
/// untouched and its body holds an expression that reads a buffer, is dearer than a multiplication, and depends on fewer
/// axes than the map has. Quotients may differ in their last place, and where a divisor's reciprocal is no normal number
/// (beyond 2¹²⁶, or below 2⁻¹²⁶) by more. As the epilogue of a reduction the new map costs nothing.
/// ```
/// y[i, j] = x[i, j] / sqrt(s[i])        →        r[i]    = 1 / sqrt(s[i])        (STAGE.invariant)
///                                                y[i, j] = x[i, j] · r[i]
/// ```
/// Source: Aho, Lam, Sethi and Ullman, "Compilers", 2nd edition, section 9.5.2, loop-invariant code motion.
public struct Hoist: ScheduleAction {
    public static let name = "hoist"
    public var stage: String

    public init(stage: String) { self.stage = stage }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let map = try state.stage(stage)
        guard map.kind == .map, !map.isRecurrent else {
            throw ScheduleError(.illegalDataFlow, "\(stage) is no map", hint: "name a map")
        }
        try state.checkUntouched(map)
        guard let invariant = InvariantExpression(map) else {
            throw ScheduleError(
                .illegalDataFlow, "all that \(stage) computes varies along every axis",
                hint: "maps that, say, divide by the sum of a row")
        }
        let name = state.freshName("\(stage).invariant")
        let (once, rest) = invariant.stages(named: name, taken: state.axisNames)
        let type = once.body[0].type(buffers: state.program.bufferTypes)
        state.program.buffers.append(Buffer(name, type, shape: once.axes.map(\.extent), role: .temporary))
        state.insert(once, before: stage)
        state.replace(rest)
        state.nests[stage] = Nest(rest)
    }
}

/// The dearest expression of a map that is the same all along one of its axes.
private struct InvariantExpression {
    /// The map with divisions by what is alike as multiplications.
    private let map: Stage
    private let expression: Expr

    /// The dearest expression, of those the first in the map's body; `nil` where there is none.
    init?(_ stage: Stage) {
        var map = stage
        map.body = stage.body.map { $0.multiplying { stage.isInvariant($0) } }
        var best: (expression: Expr, cost: Double)?
        for body in map.body {
            body.forEach { node in
                guard map.isInvariant(node), node.totalCost > max(1, best?.cost ?? 0) else { return }
                best = (node, node.totalCost)
            }
        }
        guard let best else { return nil }
        (self.map, expression) = (map, best.expression)
    }

    /// The stage that computes the expression, with axes that are not taken, and the map that reads it.
    func stages(named name: String, taken: Set<String>) -> (once: Stage, rest: Stage) {
        let used = Set(expression.indices.flatMap(\.axes))
        let axes = map.axes.filter { used.contains($0.name) }
        let fresh = axes.map { ($0.name, "\(name).\($0.name)".unused(in: taken)) }
        let once = Stage.map(name, axes, [expression], into: [name])
            .renaming(Dictionary(uniqueKeysWithValues: fresh))
        var rest = map
        let place = axes.map { Index.axis($0.name) }
        rest.body = map.body.map { body in
            body.rewritten { $0 == expression ? .load(name, place) : $0 }
        }
        return (once, rest)
    }
}

extension Stage {
    /// Whether an expression reads a buffer and is the same all along one of the stage's axes.
    fileprivate func isInvariant(_ expression: Expr) -> Bool {
        guard !expression.loads.isEmpty, !expression.reads(anyOf: outputs) else { return false }
        let used = Set(expression.indices.flatMap(\.axes))
        return axes.contains { $0.extent > 1 && !used.contains($0.name) }
    }
}

extension Expr {
    /// Additions that the expression takes the time of.
    fileprivate var totalCost: Double {
        var total = 0.0
        forEach { total += $0.operationCost }
        return total
    }

    /// The expression with quotients whose divisor alone is invariant as products with its reciprocal.
    fileprivate func multiplying(_ isInvariant: (Expr) -> Bool) -> Expr {
        rewritten { node in
            guard case .binary(.divide, let dividend, let divisor) = node, isInvariant(divisor), !isInvariant(node)
            else { return node }
            return dividend * .unary(.reciprocal, divisor)
        }
    }
}

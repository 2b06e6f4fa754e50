import KernelIR

/// Computes once what two stages both compute at the same points: the greatest expression that they have in common
/// becomes a map of its own, `STAGE.common`, which both read.
///
/// Legal where the loops of both are untouched and both bodies hold an expression that reads a buffer, computes something
/// of it, and is the same once axes of `stage` are named as those of `with`. Attached to the loop over rows, the map keeps
/// a row in the caches, so that it is computed once instead of for each reader.
/// ```
/// s[i]    = Σ_r exp(x[i,r] - m[i])             e[i, j] = exp(x[i,j] - m[i])       (STAGE.common)
/// y[i, j] = exp(x[i,j] - m[i]) / s[i]     →    s[i]    = Σ_r e[i, r]
///                                              y[i, j] = e[i, j] / s[i]
/// ```
/// Source: Cocke, "Global common subexpression elimination", SIGPLAN Notices 5 (1970).
public struct Extract: ScheduleAction {
    public static let name = "extract"
    /// The stage over whose axes the common expression is computed.
    public var stage: String
    /// The other stage that computes it.
    public var with: String

    public init(stage: String, with: String) {
        self.stage = stage
        self.with = with
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let (first, second) = (try state.stage(stage), try state.stage(with))
        guard stage != with else {
            throw ScheduleError(.illegalParameter, "\(stage) with itself", hint: "another stage")
        }
        try state.checkUntouched(first)
        try state.checkUntouched(second)
        guard let common = CommonExpression(first, second) else {
            throw ScheduleError(
                .illegalDataFlow, "\(stage) and \(with) compute nothing in common",
                hint: "stages of which both compute, say, exponentials of the same differences")
        }
        let name = state.freshName("\(stage).common")
        let map = common.map(named: name, taken: state.axisNames)
        let types = Dictionary(uniqueKeysWithValues: state.program.buffers.map { ($0.name, $0.type) })
        state.program.buffers.append(
            Buffer(name, map.body[0].type(buffers: types), shape: map.axes.map(\.extent), role: .temporary))
        let earlier = state.program.stages.first { [stage, with].contains($0.name) } ?? first
        state.insert(map, before: earlier.name)
        for (reader, expression, place) in common.readers {
            let rest = reader.computing { $0 == expression ? .load(name, place) : $0 }
            state.replace(rest)
            state.nests[rest.name] = Nest(rest)
        }
    }
}

/// The greatest expression that two stages both compute, over the axes of the first.
struct CommonExpression {
    let first: Stage
    let second: Stage
    let expression: Expr
    /// The first stage's axes in the expression as the second one calls them.
    let names: [String: String]

    /// The expression of the most nodes, of those the first in the first stage's body; `nil` where there is none.
    init?(_ first: Stage, _ second: Stage) {
        (self.first, self.second) = (first, second)
        let outputs = first.outputs + second.outputs
        let candidates = first.body.flatMap(\.computations).filter { !$0.reads(anyOf: outputs) }.uniqued()
        let others = second.body.flatMap(\.computations)
        var best: (expression: Expr, names: [String: String], size: Int)?
        for candidate in candidates where candidate.size > best?.size ?? 0 {
            guard let names = others.lazy.compactMap({ Self.names(of: candidate, as: $0, first, second) }).first
            else { continue }
            best = (candidate, names, candidate.size)
        }
        guard let best else { return nil }
        (expression, names) = (best.expression, best.names)
    }

    private var axes: [Axis] { (first.axes + first.reduceAxes).filter { names[$0.name] != nil } }

    /// The stage that computes the expression, with axes that are not taken.
    func map(named name: String, taken: Set<String>) -> Stage {
        let fresh = axes.map { ($0.name, "\(name).\($0.name)".unused(in: taken)) }
        return Stage.map(name, axes, [expression], into: [name])
            .renaming(Dictionary(uniqueKeysWithValues: fresh))
    }

    /// Both stages, what the expression is called in each, and where each reads it.
    var readers: [(stage: Stage, expression: Expr, place: [Index])] {
        let renamed = names.mapValues { Index.axis($0) }
        let ranges = Ranges(second.axes + second.reduceAxes)
        return [
            (first, expression, axes.map { .axis($0.name) }),
            (second, expression.substituting(renamed, ranges), axes.compactMap { renamed[$0.name] }),
        ]
    }

    /// The axes of one expression as the other calls them, where the expressions are the same but for that.
    private static func names(of one: Expr, as other: Expr, _ first: Stage, _ second: Stage) -> [String: String]? {
        guard one.withoutPlaces == other.withoutPlaces else { return nil }
        var names: [String: String] = [:]
        for (a, b) in zip(one.indices, other.indices) {
            guard let axis = a.asAxis, let partner = b.asAxis else { continue }
            guard names[axis, default: partner] == partner, first.extent(of: axis) == second.extent(of: partner)
            else { return nil }
            names[axis] = partner
        }
        let isInjective = Set(names.values).count == names.count
        let ranges = Ranges(second.axes + second.reduceAxes)
        guard isInjective, one.axes.allSatisfy({ names[$0] != nil }),
            one.substituting(names.mapValues { .axis($0) }, ranges) == other
        else { return nil }
        return names
    }
}

extension Stage {
    /// The stage with every expression of its body rewritten.
    fileprivate func computing(_ transform: (Expr) -> Expr) -> Stage {
        var result = self
        result.body = body.map { $0.rewritten(transform) }
        return result
    }

    fileprivate func extent(of axis: String) -> Int? { (axes + reduceAxes).first { $0.name == axis }?.extent }
}

extension Expr {
    /// The parts that compute something of a buffer's elements, greater ones before their own parts.
    fileprivate var computations: [Expr] {
        var result: [Expr] = []
        forEach { if !$0.operands.isEmpty, !$0.loads.isEmpty { result.append($0) } }
        return result
    }

    fileprivate var size: Int {
        var count = 0
        forEach { _ in count += 1 }
        return count
    }

    /// The expression with every index 0: equal where two read the same buffers in the same way.
    fileprivate var withoutPlaces: Expr {
        rewritten { node in
            switch node {
            case .index(_, let type): return .index(Index(0), type)
            case .inside(let bounds): return .inside(bounds.map { Bound(Index(0), below: $0.extent) })
            case .load(var load):
                load.indices = load.indices.map { _ in Index(0) }
                load.bounds = load.bounds.map { Bound(Index(0), below: $0.extent) }
                return .load(load)
            default: return node
            }
        }
    }
}

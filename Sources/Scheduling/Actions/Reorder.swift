import KernelIR

/// Puts the named loops in the given order, at the places they hold now.
///
/// Legal when the kinds still nest as grid ⊃ serial ⊃ unrolled ⊃ lanes, no loop moves past an attached stage's, and reduced loops
/// keep their order unless the monoid is commutative, scanned ones always. A spatial loop may move inside a reduced one: its accumulators
/// then live side by side, in registers when the loop is unrolled or lanes.
/// ```
/// for m                        for m
///     for n               →        for k
///         for k                        for n
///             C[m,n] += …                  C[m,n] += …
/// ```
public struct Reorder: ScheduleAction {
    public static let name = "reorder"
    public var stage: String
    /// Two or more loops, the outermost first.
    public var loops: [String]

    public init(stage: String, loops: [String]) {
        self.stage = stage
        self.loops = loops
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        var nest = try state.nest(stage)
        var positions: [Int] = []
        for loop in loops { positions.append(try state.loop(loop, of: stage).position) }
        guard loops.count >= 2, Set(loops).count == loops.count else {
            throw ScheduleError(
                .illegalParameter, "reorder needs two or more different loops of \(stage)",
                hint: "loops: " + nest.loops.map(\.name).joined(separator: " "))
        }
        let old = nest.loops
        for (place, source) in zip(positions.sorted(), positions) { nest.loops[place] = old[source] }
        for (place, source) in zip(positions.sorted(), positions) where place != source {
            try state.checkNotPinned(old[source].name, of: stage)
        }
        for carrier in old.indices where Set(old[..<carrier]) != Set(nest.loops.prefix { $0 != old[carrier] }) {
            try state.checkNotCarrying(old[carrier].name, of: stage)
        }
        try nest.checkKindsNest(stage)
        let reductions = (old.filter(\.isReduction).map(\.name), nest.loops.filter(\.isReduction).map(\.name))
        if reductions.0 != reductions.1, try state.stage(stage).monoid?.isCommutative == false {
            throw ScheduleError(
                .illegalOrder, "the monoid of \(stage) is not commutative",
                hint: "keep the order \(reductions.0.joined(separator: " "))")
        }
        guard old.filter(\.isScan).map(\.name) == nest.loops.filter(\.isScan).map(\.name) else {
            throw ScheduleError(
                .illegalOrder, "the loops of \(stage) that walk the scanned axis would change places",
                hint: "keep the order " + old.filter(\.isScan).map(\.name).joined(separator: " "))
        }
        state.nests[stage] = nest
    }
}

extension Nest {
    /// Throws where an inner loop's kind belongs outside an outer one's.
    func checkKindsNest(_ stage: String) throws(ScheduleError) {
        for (outer, inner) in zip(loops, loops.dropFirst()) where outer.kind > inner.kind {
            throw ScheduleError(
                .illegalOrder, "\(inner.kind) loop \(inner.name) of \(stage) inside \(outer.kind) loop \(outer.name)",
                hint: "kinds nest as grid, serial, unrolled, lanes")
        }
    }
}

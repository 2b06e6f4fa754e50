import KernelIR

/// Turns a scan into states that take in one point after the other, each finished as soon as it is reached.
///
/// States have one place for each spatial loop inside the outermost scanned one, in registers where all these loops are
/// unrolled or lanes. Lanes along the scanned axis are scanned in log₂ steps: in each, a lane takes in the one 1, 2, 4, …
/// places before it; what came before the vector is combined at the end.
struct ScanLowering {
    let stage: StageLowering
    let monoid: Monoid
    private let isReversed: Bool
    private let prefix: ArraySlice<Nest.Loop>
    private let rest: ArraySlice<Nest.Loop>
    private let states: AccumulatorSet

    init(_ stage: StageLowering, _ monoid: Monoid, _ sweep: Sweep) {
        self.stage = stage
        self.monoid = monoid
        isReversed = sweep.isReversed
        let loops = stage.loops
        let first = loops.firstIndex(where: \.isScan) ?? loops.endIndex
        prefix = loops[..<first]
        rest = loops[first...]
        states = AccumulatorSet(stage.stage.name, "acc", monoid, rest.filter { !$0.isScan })
    }

    func statements() -> [Statement] {
        let isRegister = states.loops.allSatisfy { $0.kind != .serial }
        let body =
            states.allocations(isRegister ? .register : .memory)
            + stage.wrapBare(states.loops, around: [states.initialize()])
            + (rest.last.map { $0.isScan && $0.kind == .lanes } == true ? vectors() : points())
        return stage.wrap(prefix, around: body)
    }

    /// One point after the other.
    private func points() -> [Statement] {
        let bounds = stage.accumulationBounds()
        let lifted = stage.stage.body.map(stage.lowered)
        let taken = zip(monoid.combining(states.loads(), lifted), states.loads()).map { combined, old in
            bounds.isEmpty ? combined : Expr.select(.inside(bounds), combined, old)
        }
        return stage.wrap(
            rest, around: [states.storing(taken, ahead: stage.ahead), .store(stage.finished(states.loads()))])
    }

    /// One vector of neighbouring points after the other.
    private func vectors() -> [Statement] {
        let lane = rest[rest.endIndex - 1]
        let outer = rest.dropLast().prefix { $0.kind == .serial }
        let unrolled = Array(rest.dropLast()[outer.endIndex...])
        let steps = (0..<lane.extent.trailingZeroBitCount).map { 1 << $0 }
        let partial = (0...steps.count).map {
            AccumulatorSet(stage.stage.name, "scan\($0)_", monoid, unrolled + [lane])
        }
        let shifted = zip(steps, zip(partial, partial.dropFirst())).map { step, sets in
            sets.1.storing(monoid.combining(before(step, lane, sets.0), sets.0.loads()))
        }
        let scanned = partial[steps.count]
        let finished = stage.finished(monoid.combining(states.loads(), scanned.loads()))
        let last = scanned.loads([lane.name: Index(isReversed ? 0 : lane.extent - 1)])
        let sweeps = [partial[0].storing(lifts(), ahead: stage.ahead)] + shifted
        // Copies are written together: what they wait for is computed side by side.
        let copies = [
            sweeps.flatMap { stage.wrapBare([lane], around: [$0]) },
            stage.wrapBare([lane], around: [.store(finished)]),
            [states.storing(monoid.combining(states.loads(), last))],
        ]
        return stage.wrap(
            outer,
            around: partial.flatMap { $0.allocations(.register) }
                + copies.flatMap { stage.wrapBare(unrolled, around: $0) })
    }

    /// What each lane contributes; nothing beyond the axis' end.
    private func lifts() -> [Expr] {
        let bounds = stage.accumulationBounds()
        return stage.stage.body.indices.map { state in
            let lift = stage.lowered(stage.stage.body[state])
            let neutral = Expr.constant(monoid.identity[state], monoid.states[state])
            return bounds.isEmpty ? lift : .select(.inside(bounds), lift, neutral)
        }
    }

    /// The states of the lane `step` places before each lane in the order of the sweep; nothing where there is none.
    private func before(_ step: Int, _ lane: Nest.Loop, _ set: AccumulatorSet) -> [Expr] {
        let place = Index.axis(lane.name) + (isReversed ? step : -step)
        return set.names.indices.map { state in
            .load(
                Load(
                    set.names[state], set.place([lane.name: place]), bounds: [Bound(place, below: lane.extent)],
                    fill: monoid.identity[state]))
        }
    }
}

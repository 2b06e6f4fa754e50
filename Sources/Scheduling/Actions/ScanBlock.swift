import KernelIR

/// Cuts a scan into blocks that start over, so that they can run in parallel: the blocks' totals (`STAGE.total`), what
/// lies before each block (`STAGE.carry`), then every block with its carry.
///
/// Legal for the scanned axis of a stage whose loops are untouched, once, with at least two blocks. The scanned axis becomes
/// a spatial loop over blocks and a scanned one inside a block. What is scanned is read twice.
/// ```
/// for i                                       for i, b: T[i, b] = Σ_r x[i, 1024*b + r]
///     s = 0                                   for i
///     for r in 0..<4096                           c = 0
///         s += x[i, r]; C[i, r] = s       →       for b: c += T[i, b-1] if b > 0; P[i, b] = c
///                                             for i, r.o
///                                                 s = 0
///                                                 for r.i: s += x[i, 1024*r.o + r.i]; C[i, …] = P[i, r.o] + s
/// ```
public struct ScanBlock: ScheduleAction {
    public static let name = "scanBlock"
    public var stage: String
    /// The scanned axis.
    public var axis: String
    /// Elements of the axis in one block.
    public var block: Int

    public init(stage: String, axis: String, block: Int) {
        self.stage = stage
        self.axis = axis
        self.block = block
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        var whole = try state.stage(stage)
        guard case .scan(let monoid, var sweep) = whole.kind, sweep.axis == axis,
            let cut = whole.axes.first(where: { $0.name == axis })
        else {
            throw ScheduleError(
                .unknownName, "\(stage) does not scan along \(axis)",
                hint: "scanned axis: \(whole.sweep?.axis ?? "none")")
        }
        guard sweep.block == nil else {
            throw ScheduleError(.illegalOrder, "\(stage) is scanned in blocks already", hint: "cut a scan once")
        }
        try state.checkUntouched(whole)
        let (total, carry) = (state.freshName("\(stage).total"), state.freshName("\(stage).carry"))
        let others = Set(whole.axes.map(\.name)).subtracting([axis])
        let blocking = try Blocking(cut, block, prefix: axis, taken: others)
        let parts = BlockedScan(whole, monoid, sweep, blocking)
        let stages = [parts.totals(total), parts.carries(carry, after: total)]
        let taken = state.axisNames
        for part in stages {
            for (output, type) in zip(part.outputs, monoid.states) {
                state.program.buffers.append(Buffer(output, type, shape: part.axes.map(\.extent), role: .temporary))
            }
            let prefixed = (part.axes + part.reduceAxes).map { ($0.name, "\(part.name).\($0.name)".unused(in: taken)) }
            state.insert(part.renaming(Dictionary(uniqueKeysWithValues: prefixed)), before: stage)
        }
        let carried = parts.loads(carry, at: Index.axis(axis).divided(by: block, Ranges(whole.axes)))
        let states = monoid.combining(carried, monoid.states.indices.map { .state($0) })
        whole.finish = whole.finish.map { finish in
            finish.rewritten { node in if case .state(let i) = node { states[i] } else { node } }
        }
        sweep.block = block
        whole.kind = .scan(monoid, along: sweep)
        state.replace(whole)
        state.nests[stage] = Nest(whole)
    }
}

/// The stages that a scan in blocks needs before it.
private struct BlockedScan {
    let whole: Stage
    let monoid: Monoid
    let sweep: Sweep
    let blocking: Blocking
    /// The scan's axes with blocks in place of the scanned one.
    let axes: [Axis]

    init(_ whole: Stage, _ monoid: Monoid, _ sweep: Sweep, _ blocking: Blocking) {
        self.whole = whole
        self.monoid = monoid
        self.sweep = sweep
        self.blocking = blocking
        axes = whole.axes.map { $0 == blocking.cut ? blocking.outer : $0 }
    }

    private func outputs(_ name: String) -> [String] { monoid.states.indices.map { "\(name).\($0)" } }

    /// Everything in a block, in the order of the sweep.
    func totals(_ name: String) -> Stage {
        let inner = blocking.inner
        let order = sweep.isReversed ? [inner.name: Index(inner.extent - 1) - .axis(inner.name)] : [:]
        let lifts = zip(whole.body, zip(monoid.identity, monoid.states)).map { lift, neutral in
            blocking.applied(to: lift, otherwise: .constant(neutral.0, neutral.1), axes)
                .substituting(order, Ranges(axes + [inner]))
        }
        return .reduce(
            name, axes, monoid, over: [inner], lifts, finish: monoid.states.indices.map { .state($0) },
            into: outputs(name))
    }

    /// Everything in the blocks before each.
    func carries(_ name: String, after totals: String) -> Stage {
        let before = Index.axis(blocking.outer.name) + (sweep.isReversed ? 1 : -1)
        let bound = Bound(before, below: blocking.outer.extent)
        let lifts = zip(loads(totals, at: before), monoid.identity).map { load, neutral -> Expr in
            guard case .load(var guarded) = load else { return load }
            (guarded.bounds, guarded.fill) = ([bound], neutral)
            return .load(guarded)
        }
        return .scan(
            name, axes, monoid, along: Sweep(blocking.outer.name, isReversed: sweep.isReversed), lifts,
            finish: monoid.states.indices.map { .state($0) }, into: outputs(name))
    }

    /// The states that one of the two leaves for a block.
    func loads(_ name: String, at block: Index) -> [Expr] {
        let place = whole.axes.map { $0 == blocking.cut ? block : .axis($0.name) }
        return outputs(name).map { .load($0, place) }
    }
}

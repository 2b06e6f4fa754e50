import KernelIR

/// Fuses a reduction with a second one that needs its result, so that the data are swept once, block by block.
///
/// Legal for the pairs with a registered law (`ReductionLaw`): a maximum and the sum of exponentials below it become the
/// log-sum-exp monoid, a mean and the sum of squared deviations from it become Welford's. The loops of both must be
/// untouched. Each block is reduced by two stages (`SECOND.block0`, `SECOND.block1`), which are meant to be attached to
/// the loop over the blocks, where the block is in the first-level cache.
/// ```
/// m[i] = max_r x[i,r]                       for i, b
/// s[i] = Σ_r exp(x[i,r] - m[i])      →          bm = max_r x[i, 512b+r];  bs = Σ_r exp(x[i, 512b+r] - bm)
///                                               (m, s)[i] combine= (bm, bs)
/// ```
public struct FuseReductions: ScheduleAction {
    public static let name = "fuseReductions"
    public var first: String
    public var second: String
    /// Elements of the last reduced axis in one block.
    public var block: Int

    public init(first: String, second: String, block: Int) {
        self.first = first
        self.second = second
        self.block = block
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let (a, b) = (try state.stage(first), try state.stage(second))
        try state.checkUntouched(a)
        try state.checkUntouched(b)
        guard let pair = ReductionPair(a, b), let cut = a.reduceAxes.last else {
            throw ScheduleError(
                .illegalDataFlow, "no law fuses \(first) and \(second)",
                hint: "a maximum with a sum of exponentials, or a mean with a sum of squared deviations")
        }
        try state.checkNothingReads(a, before: b)
        let taken = state.axisNames
        let blocking = try Blocking(cut, block, prefix: "\(second).\(cut.name)", taken: taken)
        let names = [state.freshName("\(second).block0"), state.freshName("\(second).block1")]
        let others = Array(a.reduceAxes.dropLast())
        let rows = (a.axes + others)
        for (number, name) in names.enumerated() {
            var prefixed = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, "\(name).\($0.name)") })
            let used = taken.union(prefixed.values)
            prefixed[blocking.outer.name] = "\(name).b".unused(in: used)
            prefixed[blocking.inner.name] = "\(name).r".unused(in: used)
            let stage = pair.blockStage(number, names, rows: rows, blocking).renaming(prefixed)
            state.program.buffers.append(Buffer(name, .float32, shape: stage.axes.map(\.extent), role: .temporary))
            state.insert(stage, before: first)
        }
        let blocks = Axis("\(second).b".unused(in: taken), blocking.outer.extent)
        let total = pair.total(names, others: others, blocks, blocking)
        state.replace(total)
        state.program.stages.removeAll { $0.name == first }
        state.nests[first] = nil
        state.nests[second] = Nest(total)
    }
}

/// Two reductions over the same points, the second of which reads the first's result, with the law that fuses them.
private struct ReductionPair {
    let a: Stage
    /// The second stage over the first one's axes.
    let b: Stage
    let law: ReductionLaw
    /// What both reduce: the first stage's lift.
    let element: Expr

    init?(_ a: Stage, _ b: Stage) {
        guard a.axes.map(\.extent) == b.axes.map(\.extent), a.body.count == 1, b.body.count == 1,
            a.reduceAxes.map(\.extent) == b.reduceAxes.map(\.extent), a.outputs.count == 1
        else { return nil }
        let names = zip(b.axes + b.reduceAxes, a.axes + a.reduceAxes).map { ($0.name, $1.name) }
        let aligned = b.renaming(Dictionary(uniqueKeysWithValues: names))
        let result = Expr.load(a.outputs[0], a.axes.map { .axis($0.name) })
        guard let law = ReductionLaw.all.first(where: { $0.matches(a, aligned, result) }) else { return nil }
        self.a = a
        self.b = aligned
        self.law = law
        element = a.body[0]
    }

    /// One of the two stages that reduce a block: the first reduction, then the second one relative to it.
    func blockStage(_ number: Int, _ names: [String], rows: [Axis], _ blocking: Blocking) -> Stage {
        let axes = rows + [blocking.outer]
        let neutral = law.blockMonoids[number].identity[0]
        let pivot = Expr.load(names[0], axes.map { .axis($0.name) })
        let lift = number == 0 ? element : law.second(element, law.blockPivot(pivot))
        return .reduce(
            names[number], axes, law.blockMonoids[number], over: [blocking.inner],
            [blocking.applied(to: lift, otherwise: .float(neutral), axes)],
            finish: [number == 0 ? law.finishFirst(.state(0), blocking.count) : .state(0)], into: [names[number]])
    }

    /// The stage that combines the blocks and finishes both results.
    func total(_ names: [String], others: [Axis], _ blocks: Axis, _ blocking: Blocking) -> Stage {
        let place = (a.axes + others + [blocks]).map { Index.axis($0.name) }
        let count = blocking.count.substituting(
            [blocking.outer.name: .axis(blocks.name)], Ranges(a.axes + others + [blocks]))
        let loads = names.map { Expr.load($0, place) }
        let finishSecond = b.finish.map { finish in
            finish.rewritten { node in
                if case .state(0) = node { return .state(law.secondState) }
                if node == .load(a.outputs[0], a.axes.map { .axis($0.name) }) { return .state(law.firstState) }
                return node
            }
        }
        return .reduce(
            b.name, a.axes, law.monoid, over: others + [blocks], law.lift(count, loads[0], loads[1]),
            finish: [.state(law.firstState)] + finishSecond, into: a.outputs + b.outputs)
    }
}

extension ScheduleState {
    /// Throws where a stage between two others reads the first one's results, which are ready only after the second.
    fileprivate func checkNothingReads(_ first: Stage, before second: Stage) throws(ScheduleError) {
        for stage in program.stages.prefix(while: { $0.name != second.name }) {
            guard let load = stage.loads.first(where: { first.outputs.contains($0.buffer) }) else { continue }
            throw ScheduleError(
                .illegalDataFlow, "\(stage.name) reads \(load.buffer) of \(first.name) before \(second.name) is done",
                hint: "inline \(stage.name), or keep the reductions apart")
        }
    }
}

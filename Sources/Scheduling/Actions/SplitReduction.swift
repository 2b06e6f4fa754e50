import KernelIR

/// Cuts a reduction into blocks that are reduced apart (`STAGE.partial`), then reduces the blocks' results.
///
/// Legal for any reduced axis of a stage whose loops are untouched, with at least two blocks. Gives long reductions with
/// few results something to do in parallel.
/// ```
/// for i                              for b, i: P[b, i] = Σ_r x[i, 1024*b + r]
///     C[i] = Σ_r x[i, r]      →      for i:    C[i] = Σ_b P[b, i]
/// ```
public struct SplitReduction: ScheduleAction {
    public static let name = "splitReduction"
    public var stage: String
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
        let (monoid, cut) = try state.reduction(whole, over: axis)
        try state.checkUntouched(whole)
        guard monoid.isCommutative || cut == whole.reduceAxes.last else {
            throw ScheduleError(
                .illegalOrder, "the monoid of \(stage) is not commutative",
                hint: "cut the last axis: \(whole.reduceAxes.last?.name ?? "none")")
        }
        let partial = state.freshName("\(stage).partial")
        let others = whole.reduceAxes.filter { $0.name != axis }
        let taken = state.axisNames.union((whole.axes + others).map { "\(partial).\($0.name)" })
        let blocking = try Blocking(cut, block, prefix: "\(partial).\(cut.name)", taken: taken)
        let buffers = monoid.states.indices.map { "\(partial).\($0)" }
        let renamed = Stage.reduce(
            partial, whole.axes, monoid, over: whole.reduceAxes, whole.body, finish: [], into: buffers)
        let names = Dictionary(
            uniqueKeysWithValues: (whole.axes + others).map { ($0.name, "\(partial).\($0.name)") })
        var first = renamed.renaming(names)
        first.axes = [blocking.outer] + first.axes + first.reduceAxes.filter { $0.name != axis }
        first.kind = .reduce(monoid, over: [blocking.inner])
        first.body = zip(first.body, zip(monoid.identity, monoid.states)).map { lift, neutral in
            blocking.applied(to: lift, otherwise: .constant(neutral.0, neutral.1), first.axes)
        }
        first.finish = monoid.states.indices.map { .state($0) }
        let blocks = Axis("\(axis).b".unused(in: taken), blocking.outer.extent)
        let place = ([blocks] + whole.axes + others).map { Index.axis($0.name) }
        whole.kind = .reduce(monoid, over: others + [blocks])
        whole.body = buffers.map { .load($0, place) }
        state.replace(whole, precededBy: first)
    }
}

/// An axis cut into blocks of equal length, the last one perhaps shorter.
struct Blocking {
    let cut: Axis
    let outer: Axis
    let inner: Axis

    init(_ cut: Axis, _ block: Int, prefix: String, taken: Set<String>) throws(ScheduleError) {
        guard block >= 2, block < cut.extent else {
            throw ScheduleError(
                .illegalParameter, "blocks of \(block) on axis \(cut.name)", hint: "2 to \(cut.extent - 1)")
        }
        self.cut = cut
        outer = Axis("\(prefix).b".unused(in: taken), (cut.extent + block - 1) / block)
        inner = Axis(prefix.unused(in: taken), block)
    }

    private var index: Index { .axis(outer.name) * inner.extent + .axis(inner.name) }
    private var isExact: Bool { outer.extent * inner.extent == cut.extent }

    /// An expression over the cut axis as one over block and place; beyond the end it is `otherwise`.
    func applied(to expr: Expr, otherwise: Expr, _ axes: [Axis]) -> Expr {
        let value = expr.substituting([cut.name: index], Ranges(axes + [inner]))
        return isExact ? value : .select(.inside([Bound(index, below: cut.extent)]), value, otherwise)
    }

    /// How many elements a block has, as a number of type float32.
    var count: Expr {
        guard !isExact else { return .float(Double(inner.extent)) }
        let left = Index(cut.extent) - .axis(outer.name) * inner.extent
        return .cast(.float32, .binary(.min, .constant(Double(inner.extent), .int32), .index(left, .int32)))
    }
}

extension String {
    /// The name, with a number behind it where it is taken already.
    func unused(in taken: Set<String>) -> String {
        guard taken.contains(self) else { return self }
        var number = 2
        while taken.contains("\(self)\(number)") { number += 1 }
        return "\(self)\(number)"
    }
}

extension ScheduleState {
    /// Throws where a stage's loops are no longer the default ones, or other stages are attached to it.
    func checkUntouched(_ stage: Stage) throws(ScheduleError) {
        try checkCarriesNothing(stage.name)
        guard nests[stage.name] == Nest(stage) else {
            throw ScheduleError(
                .illegalOrder, "the loops of \(stage.name) are scheduled already",
                hint: "rewrite stages before their loops")
        }
    }
}

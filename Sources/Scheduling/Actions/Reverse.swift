import KernelIR

/// Walks a loop from its end to its beginning.
///
/// Legal for a serial or grid loop that carries no attached stage, if spatial or reduced with a commutative monoid. A second sweep
/// over the same data that begins where the first one ended finds that part in the cache.
/// ```
/// for r in 0..<n: y[r] = x[r]/s        →        for r in 0..<n: y[n-1-r] = x[n-1-r]/s
/// ```
public struct Reverse: ScheduleAction {
    public static let name = "reverse"
    public var stage: String
    public var loop: String

    public init(stage: String, loop: String) {
        self.stage = stage
        self.loop = loop
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let old = try state.loop(loop, of: stage).loop
        try state.checkNotPinned(loop, of: stage)
        guard old.kind == .serial || old.kind == .grid else {
            throw ScheduleError(
                .illegalOrder, "loop \(loop) of \(stage) is \(old.kind)", hint: "reverse serial or grid loops")
        }
        guard !old.isScan else {
            throw ScheduleError(
                .illegalOrder, "loop \(loop) of \(stage) is scanned in order", hint: "reverse spatial loops")
        }
        if old.isReduction, try state.stage(stage).monoid?.isCommutative == false {
            throw ScheduleError(
                .illegalOrder, "the monoid of \(stage) is not commutative", hint: "reverse spatial loops")
        }
        var nest = try state.nest(stage)
        nest.redefine([loop: Index(old.extent - 1) - .axis(loop)], state.ranges(around: stage))
        state.nests[stage] = nest
    }
}

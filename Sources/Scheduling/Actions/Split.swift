import KernelIR

/// Splits a loop in two: an outer one and an inner one of `factor` iterations.
///
/// Legal for every serial loop and factor ≥ 2 that carries no attached stage. Where the factor does not divide the extent
/// the last block reaches beyond the end; what lies there is guarded, and lowering keeps the guard out of full blocks.
/// ```
/// for m in 0..<100          for m.o in 0..<13
///     C[m] = …        →         for m.i in 0..<8
///                                   if 8*m.o + m.i < 100: C[8*m.o + m.i] = …
/// ```
public struct Split: ScheduleAction {
    public static let name = "split"
    public var stage: String
    public var loop: String
    /// Iterations of the inner loop.
    public var factor: Int

    public init(stage: String, loop: String, factor: Int) {
        self.stage = stage
        self.loop = loop
        self.factor = factor
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let (position, old) = try state.loop(loop, of: stage)
        try state.checkNotPinned(loop, of: stage)
        guard old.kind == .serial else {
            throw ScheduleError(.illegalOrder, "loop \(loop) of \(stage) is \(old.kind)", hint: "split serial loops")
        }
        guard factor >= 2, factor <= 1 << 24 else {
            throw ScheduleError(
                .illegalParameter, "factor \(factor) of loop \(loop)", hint: "a factor is at least 2")
        }
        var nest = try state.nest(stage)
        let outer = Nest.Loop(loop + ".o", (old.extent + factor - 1) / factor, isReduction: old.isReduction)
        let inner = Nest.Loop(loop + ".i", factor, isReduction: old.isReduction)
        nest.loops.replaceSubrange(position...position, with: [outer, inner])
        state.nests[stage] = nest
        nest.redefine([loop: .axis(outer.name) * factor + .axis(inner.name)], state.ranges)
        state.nests[stage] = nest
    }
}

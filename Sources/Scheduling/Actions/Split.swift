import KernelIR

/// Splits a loop in two: an outer one and an inner one of `factor` iterations.
///
/// Legal for every serial loop that carries no attached stage, and a factor ≥ 2 that divides the extent; any factor for
/// reduced loops, and where what lies beyond the loop's end is beyond the axis' end too, as for a whole axis. There the last
/// block is guarded, and lowering keeps the guard out of full blocks. All loops together walk at most 2⁵² points, and at
/// most 2²⁶ times as many as the stage has.
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
        let others = nest.loops.enumerated().filter { $0.offset != position }.map(\.element.extent)
        try state.checkPoints(
            others + [(old.extent + factor - 1) / factor, factor], of: state.stage(stage),
            "factor \(factor) of loop \(loop)",
            hint: "no factor need be greater than the loop's \(old.extent) iterations")
        let outer = Nest.Loop(
            loop + ".o", (old.extent + factor - 1) / factor, isReduction: old.isReduction, isScan: old.isScan)
        let inner = Nest.Loop(loop + ".i", factor, isReduction: old.isReduction, isScan: old.isScan)
        if try state.overhangs(loop, of: stage, by: factor) {
            guard old.isReduction, !old.isPartial else { throw state.indivisible(old, of: stage, by: factor) }
            nest.overhangs.append(Bound(.axis(loop), below: old.extent))
        }
        try state.checkUnused([outer.name, inner.name], replacing: loop)
        nest.loops.replaceSubrange(position...position, with: [outer, inner])
        state.nests[stage] = nest
        nest.redefine([loop: .axis(outer.name) * factor + .axis(inner.name)], state.ranges(around: stage))
        state.nests[stage] = nest
    }
}

extension ScheduleState {
    /// Whether blocks reach beyond a loop's end where that is not beyond the axis' end: points would come twice.
    fileprivate func overhangs(_ name: String, of stage: String, by factor: Int) throws(ScheduleError) -> Bool {
        let extent = try loop(name, of: stage).loop.extent
        guard extent % factor != 0 else { return false }
        let (stage, nest) = (try self.stage(stage), try nest(stage))
        let blocks = (extent + factor - 1) / factor
        let beyond = ranges(around: stage.name).adding(name, extent...(blocks * factor - 1))
        let own = nest.overhangs.map { (index: $0.index, extent: $0.extent) }
        return !(nest.guardedIndices(stage) + own).contains { index, extent in
            let range = index.range(beyond)
            return range.lowerBound >= extent || range.upperBound < 0
        }
    }

    fileprivate func indivisible(_ loop: Nest.Loop, of stage: String, by factor: Int) -> ScheduleError {
        ScheduleError(
            .illegalParameter,
            "factor \(factor) does not divide the \(loop.extent) iterations of \(loop.name) in \(stage)",
            hint: "factors: " + loop.extent.divisors.map(String.init).joined(separator: " "))
    }
}

extension Nest {
    /// What lowering guards: each axis' place and extent, in an attached stage relative to the part computed there.
    fileprivate func guardedIndices(_ stage: Stage) -> [(index: Index, extent: Int)] {
        let axes = (stage.axes + stage.reduceAxes).compactMap { axis in
            definitions[axis.name].map { (index: $0, extent: axis.extent) }
        }
        guard let attachment else { return axes }
        let parts = zip(axes, zip(attachment.bases, attachment.extents)).filter { $1.1 > 1 }
        return axes + parts.map { (index: $0.index - $1.0, extent: $1.1) }
    }
}

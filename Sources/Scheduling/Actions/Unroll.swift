import KernelIR

/// Writes a loop out. On a spatial loop inside a reduced one this makes a register tile.
///
/// Legal for a serial loop of at most 64 iterations with no serial loop inside; the live vectors must stay within 1.25
/// times the registers.
/// ```
/// for k                         for k
///     for m.i in 0..<2     →        acc0 += A[0,k]·B[k]
///         acc[m.i] += …             acc1 += A[1,k]·B[k]
/// ```
public struct Unroll: ScheduleAction {
    public static let name = "unroll"
    public var stage: String
    public var loop: String

    public init(stage: String, loop: String) {
        self.stage = stage
        self.loop = loop
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let (position, old) = try state.loop(loop, of: stage)
        try state.checkNotPinned(loop, of: stage)
        var nest = try state.nest(stage)
        guard old.kind == .serial, old.extent <= 64 else {
            throw ScheduleError(
                .illegalParameter, "loop \(loop) of \(stage) is \(old.kind) with \(old.extent) iterations",
                hint: "unroll serial loops of at most 64 iterations")
        }
        nest.loops[position].kind = .unrolled
        try nest.checkKindsNest(stage)
        try nest.checkRegisters(state.stage(stage), state.target)
        state.nests[stage] = nest
    }
}

extension Nest {
    /// Vector accumulators that are live at the same time.
    func liveAccumulators(_ stage: Stage) -> Int {
        guard let monoid = stage.monoid, let first = loops.firstIndex(where: { $0.isReduction || $0.isScan }) else {
            return 0
        }
        let tile = loops.enumerated().filter { position, loop in
            loop.kind == .unrolled && (loop.isPartial || (!loop.isReduction && !loop.isScan && position > first))
        }
        let results = matrix == nil ? 1 : MatrixFormat.rows * MatrixFormat.columns / MatrixFormat.lanes
        return tile.reduce(monoid.states.count * results) { $0 * $1.element.extent }
    }

    /// Throws where a register tile would spill badly.
    func checkRegisters(_ stage: Stage, _ target: TargetProfile) throws(ScheduleError) {
        let live = liveAccumulators(stage)
        let limit = target.vectorRegisters * 5 / 4
        guard live > limit else { return }
        throw ScheduleError(
            .tooLarge, "\(live) accumulators of \(stage.name) would be live",
            hint: "at most \(limit) with \(target.vectorRegisters) vector registers")
    }
}

import KernelIR

/// Gives every value of a small loop a body of its own, with the value as a constant.
///
/// Legal for a serial or grid loop of at most 8 iterations that is not scanned and carries no attached stage. Bounds and indices over the loop
/// become constants, so that guards vanish and products outside of them are not computed: after a split by the stride, each
/// phase of a transposed convolution walks just its own taps.
/// ```
/// for r in 0..<2                          C[q, 0] = …x[q]…
///     C[q, r] = …x[q + (r + 1)/2]…   →    C[q, 1] = …x[q + 1]…
/// ```
public struct Specialize: ScheduleAction {
    public static let name = "specialize"
    public var stage: String
    public var loop: String

    public init(stage: String, loop: String) {
        self.stage = stage
        self.loop = loop
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let (position, old) = try state.loop(loop, of: stage)
        try state.checkNotPinned(loop, of: stage)
        guard old.kind == .serial || old.kind == .grid, !old.isScan else {
            throw ScheduleError(
                .illegalOrder, "loop \(loop) of \(stage) is \(old.isScan ? "scanned" : "\(old.kind)")",
                hint: "specialize serial or grid loops that are not scanned")
        }
        guard old.extent <= 8 else {
            throw ScheduleError(
                .illegalParameter, "loop \(loop) of \(stage) has \(old.extent) iterations",
                hint: "at most 8; split it first")
        }
        guard !old.isSpecialized else {
            throw ScheduleError(
                .illegalOrder, "loop \(loop) of \(stage) is specialized already", hint: "specialize another loop")
        }
        var nest = try state.nest(stage)
        nest.loops[position].isSpecialized = true
        state.nests[stage] = nest
    }
}

/// Spreads a loop over work-groups.
///
/// Legal for a spatial serial loop of a stage that is not attached, with only grid loops outside it, at most three a stage,
/// none of which carries an attached stage.
/// ```
/// for m.o in 0..<16            grid m.o in 0..<16
///     for n              →         for n
/// ```
public struct Bind: ScheduleAction {
    public static let name = "bind"
    public var stage: String
    public var loop: String

    public init(stage: String, loop: String) {
        self.stage = stage
        self.loop = loop
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let (position, old) = try state.loop(loop, of: stage)
        var nest = try state.nest(stage)
        guard nest.attachment == nil else {
            throw ScheduleError(.illegalOrder, "stage \(stage) is attached", hint: "bind loops of its consumer")
        }
        guard !old.isReduction else {
            throw ScheduleError(
                .illegalOrder, "loop \(loop) of \(stage) is reduced",
                hint: "bind spatial loops, or splitReduction first")
        }
        guard !old.isScan else {
            throw ScheduleError(
                .illegalOrder, "loop \(loop) of \(stage) is scanned in order",
                hint: "bind spatial loops, or scanBlock first")
        }
        guard old.kind == .serial, nest.loops[..<position].allSatisfy({ $0.kind == .grid }), position < 3 else {
            throw ScheduleError(
                .illegalOrder, "loop \(loop) of \(stage) is not the outermost serial loop, or the grid has three axes",
                hint: "reorder or fuse first; outermost is \(nest.loops.first { $0.kind != .grid }?.name ?? "none")")
        }
        for outer in nest.loops[..<position] { try state.checkNotCarrying(outer.name, of: stage) }
        nest.loops[position].kind = .grid
        state.nests[stage] = nest
    }
}

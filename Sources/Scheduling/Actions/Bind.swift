import KernelIR

/// Spreads a loop over work-groups, or over the work-items of a group.
///
/// Legal for a spatial serial loop of a stage that is not attached, with only loops of groups outside it (for work-items,
/// also loops of those), at most three of a kind, none of which carries an attached stage; a group has at most the target's
/// number of work-items. The last loop of work-items is dimension x, whose neighbours run side by side.
///
/// A spatial serial loop of a stage that a group computes together (`Attach.shared`) is spread over the kernel's last
/// loop over work-items that none of the stage's loops is spread over yet, which must have its extent.
/// ```
/// for m.o in 0..<16            grid m.o in 0..<16
///     for n              →         for n
/// ```
public struct Bind: ScheduleAction {
    public static let name = "bind"

    /// What the iterations become.
    public enum Level: String, Sendable, Hashable, Codable, CaseIterable {
        case group, item
    }

    public var stage: String
    public var loop: String
    public var to: Level

    public init(stage: String, loop: String, to level: Level = .group) {
        self.stage = stage
        self.loop = loop
        to = level
    }

    /// Reads schedules from before there were work-items, too.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        stage = try fields.decode(String.self, forKey: .stage)
        loop = try fields.decode(String.self, forKey: .loop)
        to = try fields.decodeIfPresent(Level.self, forKey: .to) ?? .group
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let (position, old) = try state.loop(loop, of: stage)
        var nest = try state.nest(stage)
        let isShared = nest.attachment?.isShared == true && to == .item
        guard nest.attachment == nil || isShared else {
            throw ScheduleError(.illegalOrder, "stage \(stage) is attached", hint: "bind loops of its consumer")
        }
        guard !old.isReduction else {
            throw ScheduleError(
                .illegalOrder, "loop \(loop) of \(stage) is reduced",
                hint: "bind spatial loops; crossThread reduced ones, or splitReduction first")
        }
        guard !old.isScan else {
            throw ScheduleError(
                .illegalOrder, "loop \(loop) of \(stage) is scanned in order",
                hint: "bind spatial loops, or scanBlock first")
        }
        if isShared { return try state.spread(old, of: stage) }
        let kind = to == .group ? Nest.Kind.grid : .item
        let outside = nest.loops[..<position]
        guard old.kind == .serial, outside.allSatisfy({ $0.kind <= kind }),
            outside.filter({ $0.kind == kind }).count < 3
        else {
            throw ScheduleError(
                .illegalOrder, "loop \(loop) of \(stage) is not the outermost serial loop, or the grid has three axes",
                hint: "reorder or fuse first; outermost is \(nest.loops.first { $0.kind > kind }?.name ?? "none")")
        }
        for outer in outside { try state.checkNotCarrying(outer.name, of: stage) }
        nest.loops[position].kind = kind
        try state.checkGroup(nest, of: stage)
        state.nests[stage] = nest
    }
}

extension ScheduleState {
    private func tooLarge(_ size: Int, _ stage: String) -> ScheduleError {
        ScheduleError(
            .tooLarge, "a group of \(stage) would have \(size) work-items", hint: "at most \(target.maxGroupSize)")
    }

    /// Spreads a loop of a stage that a group computes together over the last work-items that are free.
    fileprivate mutating func spread(_ loop: Nest.Loop, of stage: String) throws(ScheduleError) {
        try checkNotPinned(loop.name, of: stage)
        var nest = try nest(stage)
        let taken = (nest.attachment?.items ?? []) + [nest.crossing?.items].compactMap { $0 }
        guard loop.kind == .serial, !loop.isSpecialized,
            let items = itemLoops(around: stage).last(where: { !taken.contains($0.name) })
        else {
            throw ScheduleError(
                .illegalOrder,
                "loop \(loop.name) of \(stage) is not serial, or no work-items of \(root(of: stage)) are left",
                hint: "spread one serial loop over each loop of work-items")
        }
        guard items.extent == loop.extent else {
            throw ScheduleError(
                .illegalParameter,
                "loop \(loop.name) of \(stage) has \(loop.extent) iterations, \(items.name) has \(items.extent)"
                    + " work-items",
                hint: "split it by \(items.extent)")
        }
        nest.loops.removeAll { $0.name == loop.name }
        nest.redefine([loop.name: .axis(items.name)], ranges(around: stage))
        nest.attachment?.items.append(items.name)
        nests[stage] = nest
    }

    /// Refuses groups of more work-items than the target has.
    func checkGroup(_ nest: Nest, of stage: String) throws(ScheduleError) {
        let size = nest.loops.filter { $0.kind == .item }.reduce(1) { $0 * $1.extent }
        if size > target.maxGroupSize { throw tooLarge(size, stage) }
    }
}

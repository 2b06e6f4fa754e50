import KernelIR

/// Spreads a reduced loop over the work-items of a group: each takes in its share, then they combine what they have.
///
/// Legal for a serial reduced loop of a commutative monoid, with nothing attached to it or to a loop outside it, once a
/// stage. In a stage with a kernel of its own the loop becomes the innermost one over work-items, the first of which
/// stores the results. In an attached stage it is walked by the innermost loop over work-items that the results do not
/// depend on, which must have its extent, and all of these work-items get the results.
///
/// `shuffle` needs a target with warps, neighbours (no loop over work-items inside) that are 2, 4, 8, 16 or a multiple
/// of 32, and a group that is a multiple of 32. `tree` combines any number of work-items in shared memory.
/// ```
/// for r.o in 0..<4                  item r.i in 0..<256
///     for r.i in 0..<256       →        for r.o in 0..<4: acc += x[256*r.o + r.i]
///         acc += x[256*r.o + r.i]       acc = Σ acc of all items
/// S = acc                               if r.i == 0: S = acc
/// ```
public struct CrossThread: ScheduleAction {
    public static let name = "crossThread"
    public var stage: String
    public var loop: String
    public var method: CrossItemReduction.Method

    public init(stage: String, loop: String, method: CrossItemReduction.Method) {
        self.stage = stage
        self.loop = loop
        self.method = method
    }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let (position, old) = try state.loop(loop, of: stage)
        var nest = try state.nest(stage)
        try check(old, nest, state)
        try state.checkNotPinned(loop, of: stage)
        for outer in nest.loops[..<position] { try state.checkNotCarrying(outer.name, of: stage) }
        var items = old
        nest.loops.remove(at: position)
        if nest.attachment == nil {
            items.kind = .item
            let place = nest.loops.firstIndex { $0.kind > .item } ?? nest.loops.endIndex
            guard nest.loops[..<place].filter({ $0.kind == .item }).count < 3 else {
                throw ScheduleError(
                    .illegalOrder, "\(stage) has three loops over work-items already",
                    hint: "fuse loops before binding")
            }
            nest.loops.insert(items, at: place)
            try state.checkGroup(nest, of: stage)
        } else {
            items = try sharedLoop(of: old.extent, nest, state)
            nest.redefine([loop: .axis(items.name)], state.ranges(around: stage))
        }
        nest.crossing = Nest.Crossing(items: items.name, method: method)
        var copy = state
        copy.nests[stage] = nest
        try copy.checkCrossings()
        state = copy
    }

    private func check(_ loop: Nest.Loop, _ nest: Nest, _ state: ScheduleState) throws(ScheduleError) {
        guard loop.isReduction, loop.kind == .serial, !loop.isSpecialized else {
            throw ScheduleError(
                .illegalOrder, "loop \(loop.name) of \(stage) is not a plain serial reduced loop",
                hint: "reduced loops: " + nest.loops.filter(\.isReduction).map(\.name).joined(separator: " "))
        }
        guard try state.stage(stage).monoid?.isCommutative != false else {
            throw ScheduleError(
                .illegalOrder, "the monoid of \(stage) is not commutative, so \(loop.name) must be walked in order",
                hint: "splitReduction keeps the order")
        }
        if let crossing = nest.crossing {
            throw ScheduleError(
                .illegalOrder, "\(stage) is shared by the work-items of \(crossing.items) already",
                hint: "fuse reduced loops before, and share the product")
        }
    }

    /// The kernel's loop over work-items that shares a loop of an attached stage.
    private func sharedLoop(
        of extent: Int, _ nest: Nest, _ state: ScheduleState
    ) throws(ScheduleError) -> Nest.Loop {
        let axes = try state.stage(stage).axes
        let depends = Set(axes.flatMap { nest.definitions[$0.name]?.axes ?? [] })
        let loops = state.itemLoops(around: stage)
        guard let shared = loops.last(where: { !depends.contains($0.name) }) else {
            throw ScheduleError(
                .illegalOrder, "\(stage) is needed by each work-item for itself",
                hint: "attach it inside a loop over work-items of \(state.root(of: stage)) that its results do not"
                    + " depend on")
        }
        guard shared.extent == extent else {
            throw ScheduleError(
                .illegalParameter,
                "loop \(loop) of \(stage) has \(extent) iterations, \(shared.name) has \(shared.extent) work-items",
                hint: "split it by \(shared.extent)")
        }
        return shared
    }
}

import KernelIR

/// Turns one stage and what is attached to it into statements.
struct StageLowering {
    let state: ScheduleState
    let stage: Stage
    /// The loops as statements walk them, which with a tile of a matrix are those of one lane.
    var nest: Nest
    /// The loops with those of a matrix's tile in place, for its operands; as in `nest` where there is none.
    let tileNest: Nest
    let ranges: Ranges

    init(_ state: ScheduleState, _ stage: Stage) {
        self.state = state
        self.stage = stage
        ranges = state.ranges(around: stage.name)
        var nest = state.nests[stage.name] ?? Nest(stage)
        // Loops of one iteration are constants, where no place in an attached part is counted from them.
        if nest.attachment == nil, state.carried(by: stage.name).isEmpty {
            let single = nest.loops.filter { $0.extent == 1 }.map { ($0.name, Index(0)) }
            nest.redefine(Dictionary(uniqueKeysWithValues: single), ranges)
        }
        tileNest = nest
        self.nest = nest.perLane(ranges)
    }

    /// The loops below the grid and the work-items.
    var loops: [Nest.Loop] { nest.inside }

    /// The whole stage below its grid loops.
    func statements() -> [Statement] {
        let atGrid = nest.loops.filter { $0.kind == .grid || $0.kind == .item }.flatMap { attached(at: $0.name) }
        switch stage.kind {
        case .map:
            let stores = zip(stage.outputs, stage.body).map { store($0, $1) }
            return atGrid + wrap(loops[...], around: [.store(stores)])
        case .reduce(let monoid, _):
            return atGrid + ReductionLowering(self, monoid).statements()
        case .scan(let monoid, let sweep):
            return atGrid + ScanLowering(self, monoid, sweep).statements()
        }
    }

    /// Nests loops around statements; attached stages come first in the body of their loop.
    func wrap(_ loops: ArraySlice<Nest.Loop>, around innermost: [Statement]) -> [Statement] {
        loops.reversed().reduce(innermost) { body, loop in
            self.loop(loop, around: attached(at: loop.name) + body)
        }
    }

    /// Nests loops around statements, without what is attached.
    func wrapBare(_ loops: [Nest.Loop], around innermost: [Statement]) -> [Statement] {
        loops.reversed().reduce(innermost) { body, loop in
            [.loop(axis: loop.name, start: 0, end: loop.extent, kind: loop.loopKind, body: body)]
        }
    }

    /// The stages attached at a loop of this one, with the buffers of a work-item that they fill; the group waits for
    /// those that it computes together.
    private func attached(at loop: String) -> [Statement] {
        state.program.stages.flatMap { other -> [Statement] in
            guard let attachment = state.nests[other.name]?.attachment, attachment.consumer == stage.name,
                attachment.loop == loop
            else { return [] }
            let computed = StageLowering(state, other).statements()
            guard !attachment.isShared else { return computed + [.barrier] }
            let shape = attachment.extents.filter { $0 > 1 }
            let allocations = other.outputs.map { output -> Statement in
                let type = state.program.buffer(output)?.type ?? .float32
                return .allocate(LocalBuffer(output, type, shape: shape, space: shape.isEmpty ? .register : .memory))
            }
            return allocations + computed
        }
    }

    /// The write of one output at the stage's point.
    func store(_ output: String, _ value: Expr) -> Store {
        let place = stage.axes.map { Index.axis($0.name).substituting(nest.definitions, ranges) }
        var bounds = zip(place, stage.axes).map { Bound($0, below: $1.extent) } + storingBounds
        var indices = place
        if let attachment = nest.attachment {
            indices = attachment.localized(place)
            bounds += zip(indices, attachment.extents.filter { $0 > 1 }).map { Bound($0, below: $1) }
        }
        return Store(
            output, indices, lowered(value), bounds: bounds.filter { !$0.isProved(ranges) },
            isStreaming: nest.isStreaming, ahead: stage.kind == .map ? ahead : nil)
    }

    /// The loop for whose next iteration the stage's operands are asked for.
    var ahead: String? { nest.prefetched.flatMap { ranges[$0] == nil ? nil : $0 } }

    /// The writes of all outputs from states that are complete.
    func finished(_ states: [Expr]) -> [Store] {
        zip(stage.outputs, stage.finish).map { output, finish in
            var store = store(output, finish)
            store.value = store.value.rewritten { node in if case .state(let i) = node { states[i] } else { node } }
            return store
        }
    }

    /// An expression over the stage's axes as one over loops, with local reads and bounds in place.
    func lowered(_ expr: Expr) -> Expr {
        expr.substituting(nest.definitions, ranges).rewritten { node in
            guard case .load(let load) = node else { return node }
            return .load(placed(load))
        }
    }

    /// Bounds over the stage's axes as bounds over loops, without those that always hold.
    func lowered(_ bounds: [Bound]) -> [Bound] {
        bounds.map { $0.substituting(nest.definitions, ranges) }.filter { !$0.isProved(ranges) }
    }

    private func placed(_ load: Load) -> Load {
        var load = load
        let shape = state.program.buffer(load.buffer)?.shape ?? []
        load.bounds += zip(load.indices, shape).map { Bound($0, below: $1) }
        if let producer = state.program.producer(of: load.buffer),
            let attachment = state.nests[producer.name]?.attachment
        {
            load.indices = attachment.localized(load.indices)
            load.bounds += zip(load.indices, attachment.extents.filter { $0 > 1 }).map { Bound($0, below: $1) }
        }
        load.bounds = load.bounds.filter { !$0.isProved(ranges) }.uniqued()
        return load
    }

    /// What must hold for the stage's reduced or scanned axes to be inside their extents, each point once.
    func accumulationBounds() -> [Bound] {
        let axes = (stage.reduceAxes + stage.axes.filter { $0.name == stage.sweep?.axis })
            .map { Bound(Index.axis($0.name).substituting(nest.definitions, ranges), below: $0.extent) }
            .filter { bound in !nest.overhangs.contains { $0.implies(bound, ranges) } }
        return (axes + nest.overhangs)
            .filter { !$0.isProved(ranges) }
    }
}

extension Bound {
    /// Whether another condition follows from this one, since its index is this one's and a rest.
    fileprivate func implies(_ other: Bound, _ ranges: Ranges) -> Bool {
        let rest = (other.index - index).range(ranges)
        return rest.lowerBound >= 0 && rest.upperBound + extent <= other.extent
    }
}

extension Nest.Attachment {
    /// A point of the stage as a place in the local buffer: relative to the bases, without dimensions of extent 1.
    func localized(_ indices: [Index]) -> [Index] {
        zip(zip(indices, bases), extents).filter { $0.1 > 1 }.map { $0.0.0 - $0.0.1 }
    }
}

extension Nest.Loop {
    var loopKind: LoopKind {
        switch kind {
        case .grid, .item, .serial: .serial
        case .unrolled, .matrix: .unrolled
        case .lanes: .lanes
        }
    }
}

extension Array where Element: Hashable {
    /// The elements without repeats, in order of first appearance.
    func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}

import KernelIR

/// Turns a reduction into accumulators: initialize, update, combine partial results, finish.
///
/// Accumulators have one place for each spatial loop inside the outermost reduced loop and for each partial loop. They are
/// registers where all these loops are unrolled or lanes. Where serial ones are among them, they are an array, and the
/// innermost group of loops that can be held in registers works on a register copy of its tile.
struct ReductionLowering {
    let stage: StageLowering
    let monoid: Monoid
    private let prefix: ArraySlice<Nest.Loop>
    private let rest: ArraySlice<Nest.Loop>
    /// Where the loops begin that a register tile can stay live over.
    private let tileStart: Int

    init(_ stage: StageLowering, _ monoid: Monoid) {
        self.stage = stage
        self.monoid = monoid
        let loops = stage.loops
        // Where work-items share all of the reduction, each has accumulators for the lanes of its results.
        let first =
            loops.firstIndex(where: \.isReduction) ?? loops.firstIndex { $0.kind == .lanes } ?? loops.endIndex
        prefix = loops[..<first]
        rest = loops[first...]
        var start = rest.endIndex
        while start > rest.startIndex, loops[start - 1].keepsRegisters { start -= 1 }
        tileStart = start
    }

    func statements() -> [Statement] {
        let whole = AccumulatorSet(stage.stage.name, "acc", monoid, rest.filter(\.hasAccumulator))
        let isRegister = tileStart == rest.startIndex
        let results = combinePartials(whole) + stage.acrossItems(whole) + finish(whole)
        let body =
            whole.allocations(isRegister ? .register : .memory)
            + stage.wrapBare(whole.loops, around: [whole.initialize()])
            + (isRegister ? update(rest, whole) : tiledUpdate(whole))
            + results
        return stage.wrap(prefix, around: body)
    }

    /// The loops that take in every element.
    private func update(_ loops: ArraySlice<Nest.Loop>, _ accumulators: AccumulatorSet) -> [Statement] {
        if let tile = stage.nest.matrix {
            // The step of the instruction, and the two loops over results of a lane.
            return stage.wrap(loops.dropLast(3), around: [stage.product(tile, into: accumulators)])
        }
        let (lift, guards) = monoid.liftAndGuards(stage.stage.body)
        let lifted = lift.map(stage.lowered)
        let bounds = stage.kept(stage.accumulationBounds() + stage.lowered(guards), for: lifted, monoid)
        let taken = lifted.map(stage.staged)
        let combine = monoid.succession.flatMap { ascends(lifted[$0.place]) ? $0.combine : nil } ?? monoid.combine
        let stores = accumulators.names.indices.map { position -> Store in
            let old = accumulators.load(position)
            let combined = combine[position].combining(accumulators.loads(), taken)
            let value = bounds.isEmpty ? combined : .select(.inside(bounds), combined, old)
            return Store(accumulators.names[position], accumulators.place(), value, ahead: stage.ahead)
        }
        return stage.wrap(loops, around: [.store(stores)])
    }

    /// Whether each accumulator takes in elements whose places ascend.
    private func ascends(_ place: Expr) -> Bool {
        guard case .index(let index, _) = place else { return false }
        var reach = 0
        for loop in stage.loops.reversed() where loop.isReduction && !loop.isPartial && loop.extent > 1 {
            let step = index.coefficient(of: loop.name)
            guard step > reach, !index.hidesAxis(loop.name) else { return false }
            reach += step * (loop.extent - 1)
        }
        return true
    }

    /// The same over an array of accumulators, tile by tile in registers where that saves memory traffic.
    private func tiledUpdate(_ whole: AccumulatorSet) -> [Statement] {
        let inner = rest[tileStart...]
        // Sums of a warp's products are registers always.
        guard stage.nest.matrix != nil || inner.contains(where: { $0.kind == .serial }) else {
            return update(rest, whole)
        }
        let tile = AccumulatorSet(stage.stage.name, "tile", monoid, inner.filter(\.hasAccumulator))
        func copy(from source: AccumulatorSet, to target: AccumulatorSet) -> [Statement] {
            let stores = target.names.indices.map { Store(target.names[$0], target.place(), source.load($0)) }
            return stage.wrapBare(tile.loops, around: [.store(stores)])
        }
        return stage.wrap(
            rest[..<tileStart],
            around: tile.allocations(.register) + copy(from: whole, to: tile) + update(inner, tile)
                + copy(from: tile, to: whole))
    }

    /// Folds every partial loop into its iteration 0: unrolled ones in order, lanes by halves.
    private func combinePartials(_ accumulators: AccumulatorSet) -> [Statement] {
        var folded: Set<String> = []
        return accumulators.loops.filter(\.isPartial).flatMap { partial -> [Statement] in
            let others = accumulators.loops.filter { $0 != partial && !folded.contains($0.name) }
            defer { folded.insert(partial.name) }
            func fold(_ place: Index, _ other: Index) -> Statement {
                let fixed = Dictionary(uniqueKeysWithValues: folded.map { ($0, Index(0)) })
                let left = accumulators.loads(fixed.merging([partial.name: place]) { $1 })
                let right = accumulators.loads(fixed.merging([partial.name: other]) { $1 })
                let target = accumulators.place(fixed.merging([partial.name: place]) { $1 })
                return .store(
                    accumulators.names.indices.map {
                        Store(accumulators.names[$0], target, monoid.combine[$0].combining(left, right))
                    })
            }
            let axis = Index.axis(partial.name)
            guard partial.kind == .lanes else {
                let step = Statement.loop(
                    axis: partial.name, start: 1, end: partial.extent, kind: partial.loopKind,
                    body: stage.wrapBare(others.filter { $0.kind == .lanes }, around: [fold(Index(0), axis)]))
                return stage.wrapBare(others.filter { $0.kind != .lanes }, around: [step])
            }
            var halves: [Statement] = []
            var half = partial.extent / 2
            while half > 1 {
                halves.append(
                    .loop(axis: partial.name, start: 0, end: half, kind: .lanes, body: [fold(axis, axis + half)]))
                half /= 2
            }
            return stage.wrapBare(others, around: halves + [fold(Index(0), Index(1))])
        }
    }

    /// Writes the outputs.
    private func finish(_ accumulators: AccumulatorSet) -> [Statement] {
        let fixed = accumulators.loops.filter(\.isPartial).map { ($0.name, Index(0)) }
        let stores = stage.finished(accumulators.loads(Dictionary(uniqueKeysWithValues: fixed)))
        return stage.wrapBare(accumulators.loops.filter { !$0.isPartial }, around: [.store(stores)])
    }
}

extension Nest.Loop {
    /// Whether each iteration has an accumulator of its own.
    fileprivate var hasAccumulator: Bool { !isReduction || isPartial }

    /// Whether register accumulators can stay live across the loop.
    fileprivate var keepsRegisters: Bool { kind != .serial || (isReduction && !isPartial) }
}

extension Monoid {
    /// The lift without the bounds outside of which it is the identity, and these bounds: where they do not hold, the states
    /// stay as they are.
    fileprivate func liftAndGuards(_ body: [Expr]) -> (lift: [Expr], guards: [Bound]) {
        guard case .select(.inside(let guards), _, _)? = body.first else { return (body, []) }
        let lift = zip(body, zip(states, identity)).compactMap { expression, neutral -> Expr? in
            guard case .select(.inside(guards), let lift, .constant(neutral.1, neutral.0)) = expression else {
                return nil
            }
            return lift
        }
        return lift.count == body.count ? (lift, guards) : (body, [])
    }
}

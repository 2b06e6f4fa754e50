import KernelIR

extension StageLowering {
    /// Combines what the work-items that share the reduction have accumulated, place by place.
    ///
    /// Partial results of one work-item must be in iteration 0 of their loops by now. All work-items read an attached
    /// stage's results; a kernel's own are stored by one.
    func acrossItems(_ accumulators: AccumulatorSet) -> [Statement] {
        guard let crossing = nest.crossing, let layout = state.crossingLayout(of: stage.name), layout.count > 1 else {
            return []
        }
        let fixed = accumulators.loops.filter(\.isPartial).map { ($0.name, Index(0)) }
        let place = accumulators.place(Dictionary(uniqueKeysWithValues: fixed))
        let reduction = CrossItemReduction(
            accumulators.monoid, accumulators.names.map { CrossItemReduction.Place($0, place) }, count: layout.count,
            stride: layout.stride, method: crossing.method, isShared: nest.attachment != nil)
        let loops = accumulators.loops.filter { !$0.isPartial }.map { loop in
            // Lanes of one vector are combined one by one.
            var loop = loop
            if loop.kind == .lanes { loop.kind = .unrolled }
            return loop
        }
        return wrapBare(loops, around: [.combine(reduction)])
    }

    /// What must hold for a work-item to store results: of those that share a kernel's reduction, the first one does;
    /// so does the first of those over which no loop of a stage is spread that the group computes together.
    var storingBounds: [Bound] {
        if let attachment = nest.attachment {
            guard attachment.isShared else { return [] }
            return state.itemLoops(around: stage.name).filter { !attachment.items.contains($0.name) }
                .map { Bound(.axis($0.name), below: 1) }
        }
        guard let crossing = nest.crossing else { return [] }
        return [Bound(.axis(crossing.items), below: 1)]
    }
}

extension Statement {
    /// Whether work-items meet in it.
    var isCollective: Bool {
        switch self {
        case .barrier, .combine: true
        case .loop(_, _, _, _, let body): body.contains(where: \.isCollective)
        case .when(_, let then, let otherwise): (then + otherwise).contains(where: \.isCollective)
        case .allocate, .store, .matrix, .asyncCopy: false
        }
    }
}

import KernelIR

/// Reductions that read the results of other reductions over the same elements: log-sum-exps, variances, cross entropies.
extension NormalizationCPU {
    /// Schedules a reduction together with those whose results it reads, so that each row of what several of them read
    /// comes from memory once; their loops must be untouched.
    ///
    /// One that reads results of its own rows only takes the place of the map of a softmax. One that reduces these results
    /// further, as a mean over all rows does, is cut in parts, and each row is reduced as a part takes it in.
    ///
    /// - Throws: `illegalDataFlow` where rows have nothing in common or are too few, or what an action throws.
    func apply(to builder: inout ScheduleBuilder, reduction name: String) throws(ScheduleError) {
        let stage = try builder.state.stage(name)
        let behind = builder.state.reductions(behind: stage)
        guard builder.state.readsRowsAgain(behind + [stage], behind: behind) else {
            throw ScheduleError(
                .illegalDataFlow, "\(name) reads no rows that reductions before it read",
                hint: "schedule each reduction alone")
        }
        let results = Set(behind.flatMap(\.outputs))
        let places = stage.loads.filter { results.contains($0.buffer) }.flatMap { $0.indices.flatMap(\.axes) }
        if stage.reduceAxes.contains(where: { places.contains($0.name) }) {
            try insideParts(&builder, stage, behind)
        } else {
            try insideRows(&builder, stage, behind)
        }
    }

    /// The reductions of a row one after the other, or in one sweep where a law fuses them.
    private func insideRows(
        _ builder: inout ScheduleBuilder, _ stage: Stage, _ behind: [Stage]
    ) throws(ScheduleError) {
        let name = stage.name
        let rows = stage.axes.reduce(1) { $0 * $1.extent }
        let elements = stage.reduceAxes.reduce(rows) { $0 * $1.extent }
        guard !stage.axes.isEmpty, builder.state.classify(stage) == .row,
            builder.state.axes(of: stage, shared: behind) == stage.axes,
            rows >= 2 * builder.state.target.cores || elements <= 1 << 16
        else {
            throw ScheduleError(
                .illegalDataFlow, "the rows of \(name) are few, or not those it reads results of",
                hint: "schedule each reduction alone")
        }
        let fused = fuse(behind + [stage], &builder).filter { $0 != name }
        try builder.apply(.math(Math(stage: name, mode: math)))
        try builder.bindGrid(name, count: try builder.loops(name).prefix { !$0.isReduction }.count)
        guard let row = try builder.loops(name).last(where: { $0.kind == .grid }) else { return }
        try attach(fused, to: name, at: row.name, &builder)
        try builder.attachBlocks(of: name, accumulators: accumulators)
    }

    /// The reductions of a row where a part of the last one reads their results.
    private func insideParts(
        _ builder: inout ScheduleBuilder, _ stage: Stage, _ behind: [Stage]
    ) throws(ScheduleError) {
        var carrier = stage.name
        let results = stage.axes.reduce(1) { $0 * $1.extent }
        let wanted = 8 * builder.state.target.cores
        if results < wanted {
            guard let axis = stage.reduceAxes.max(by: { $0.extent < $1.extent }), axis.extent >= 4 else {
                throw ScheduleError(
                    .illegalDataFlow, "\(stage.name) reads too few rows to share them",
                    hint: "schedule each reduction alone")
            }
            let block = Self.block(of: axis.extent, parts: (wanted + results - 1) / results)
            try builder.apply(.splitReduction(SplitReduction(stage: stage.name, axis: axis.name, block: block)))
            carrier = stage.name + ".partial"
            try ReductionCPU(accumulators: accumulators, block: 0, math: math, separates: false)
                .apply(to: &builder, stage: stage.name)
        }
        let fused = fuse(behind, &builder)
        try builder.apply(.math(Math(stage: carrier, mode: math)))
        try builder.bindGrid(carrier, count: try builder.loops(carrier).prefix { !$0.isReduction }.count)
        guard let loop = try builder.loops(carrier).last(where: \.isReduction) else { return }
        try attach(fused, to: carrier, at: loop.name, &builder)
    }

    private func attach(
        _ reductions: [String], to carrier: String, at loop: String, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        for reduction in reductions.reversed() {
            try builder.apply(.attach(Attach(stage: reduction, to: carrier, loop: loop)))
            try builder.attachBlocks(of: reduction, accumulators: accumulators)
        }
    }

    /// Elements of a part: about as many parts as wanted, all of them full where that is possible.
    private static func block(of extent: Int, parts: Int) -> Int {
        let most = min(extent / 2, max(2, extent / parts))
        return stride(from: most, through: max(2, most / 2), by: -1).first { extent % $0 == 0 } ?? most
    }
}

extension ScheduleState {
    /// Whether all of some reductions run along rows that fill vectors, and several of them read the same buffer.
    fileprivate func readsRowsAgain(_ stages: [Stage], behind: [Stage]) -> Bool {
        let lanes = target.vectorWidths.last ?? 1
        let areRows = behind.allSatisfy { stage in
            classify(stage) == .row && (stage.reduceAxes.last?.extent ?? 0) >= lanes
        }
        guard !behind.isEmpty, areRows else { return false }
        let results = Set(behind.flatMap(\.outputs))
        let read = stages.map { stage in Set(stage.body.flatMap(\.loads).map(\.buffer)).subtracting(results) }
        return read.indices.contains { later in
            read[..<later].contains { !$0.isDisjoint(with: read[later]) }
        }
    }
}

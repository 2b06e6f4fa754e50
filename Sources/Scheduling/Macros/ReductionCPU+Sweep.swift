import KernelIR

extension ReductionCPU {
    /// Sweeps a few rows at a time in long runs, as they lie in memory, over results that stay in the first-level cache.
    ///
    /// ```
    /// for n.o                                (groups: as many results as half of the cache holds)
    ///     for k.o
    ///         for v.o
    ///             for k.i in 0..<rows        (registers: a few vectors of results)
    ///                 acc[n.o][v.o] += x[k.o*rows + k.i, n.o, v.o]
    /// ```
    /// A tile in registers reads a short run of each row, then jumps to the next one; where rows are longer than pages,
    /// each run needs an address of its own translated.
    ///
    /// - Returns: whether it did; not where rows are short, few, or several axes are reduced.
    func sweep(_ stage: Stage, _ builder: inout ScheduleBuilder) throws(ScheduleError) -> Bool {
        guard sweptRows > 1, stage.reduceAxes.count == 1, let rows = stage.reduceAxes.first, let last = stage.axes.last,
            let lanes = builder.state.target.vectorWidths.last, rows.extent >= 2 * sweptRows
        else { return false }
        let states = stage.monoid?.states.count ?? 1
        // Of many states even one vector of each is more registers than four vectors of one.
        let vectors = max(1, Self.sweptVectors / states)
        // Two groups and more for each core.
        let share = stage.axes.reduce(1) { $0 * $1.extent } / (2 * builder.state.target.cores)
        let results = min(last.extent, share, Self.sweptResults / states) / (lanes * vectors) * lanes * vectors
        guard results > lanes * vectors else { return false }
        let tile = try builder.split(last.name, of: stage.name, by: results)
        let run = try builder.split(tile.inner, of: stage.name, by: lanes * vectors)
        let vector = try builder.split(run.inner, of: stage.name, by: lanes)
        let step = try builder.split(rows.name, of: stage.name, by: sweptRows)
        let outside = [tile.outer, step.outer, run.outer].compactMap { $0 }
        let inside = [step.inner] + [vector.outer].compactMap { $0 } + [vector.inner]
        try builder.apply(.reorder(Reorder(stage: stage.name, loops: outside + inside)))
        try builder.apply(.vectorize(Vectorize(stage: stage.name, loop: vector.inner, gather: true)))
        if let loop = vector.outer { try builder.apply(.unroll(Unroll(stage: stage.name, loop: loop))) }
        try builder.bindGrid(stage.name, count: stage.axes.count - 1 + (tile.outer == nil ? 0 : 1))
        return true
    }

    /// Vectors of results that stay in registers over the rows of a step.
    private static let sweptVectors = 4
    /// Results of a group: half of a first-level cache of 32 KiB.
    private static let sweptResults = 4096
}

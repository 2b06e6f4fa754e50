import KernelIR

extension ReductionCPU {
    /// Reduces windows of several dimensions one dimension at a time, where that takes fewer reads: each work-group first
    /// reduces across its row, in vectors of neighbours, and keeps what comes out in the first cache.
    ///
    /// - Returns: whether it did; if not, nothing has changed.
    func separateWindows(of stage: Stage, _ builder: inout ScheduleBuilder) -> Bool {
        guard let axis = stage.reduceAxes.last, let window = try? builder.state.window(stage, axis.name),
            builder.state.gains(by: window, of: stage)
        else { return false }
        var attempt = builder
        guard (try? rowByRow(stage, window, &attempt)) == true else { return false }
        builder = attempt
        return true
    }

    /// - Returns: whether the stage is scheduled.
    private func rowByRow(
        _ stage: Stage, _ window: SlidingWindow, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) -> Bool {
        let name = stage.name
        try builder.apply(.separate(Separate(stage: name, axis: window.inside.name)))
        let stages = builder.state.program.stages
        guard let position = stages.firstIndex(where: { $0.name == name }), position > 0,
            let place = stages[position - 1].axes.last
        else { return false }
        let across = stages[position - 1].name
        try builder.apply(.math(Math(stage: name, mode: math)))
        _ = try builder.columnTile(of: name, window.result.name, vectors: tileVectors(stage))
        try builder.bindGrid(name, count: stage.axes.count - 1)
        guard let carrier = try builder.loops(name).last(where: { $0.kind == .grid }) else { return false }
        try builder.apply(.attach(Attach(stage: across, to: name, loop: carrier.name)))
        try builder.apply(.math(Math(stage: across, mode: math)))
        _ = try builder.columnTile(of: across, place.name, vectors: tileVectors(stage))
        // Memory would be idle while the row's windows are reduced; rows that windows share are near already.
        if prefetches, isReadOnce(stage, besides: window, builder.state) {
            builder.attempt(.prefetch(Prefetch(stage: across, loop: carrier.name)))
        }
        return true
    }

    /// Whether no two windows overlap but along a row.
    private func isReadOnce(_ stage: Stage, besides row: SlidingWindow, _ state: ScheduleState) -> Bool {
        stage.reduceAxes.filter { $0 != row.inside }.allSatisfy { axis in
            guard let window = try? state.window(stage, axis.name) else { return false }
            return window.stride >= window.inside.extent * window.dilation
        }
    }
}

extension ScheduleState {
    /// Whether reducing across a row first takes fewer reads than whole windows do.
    ///
    /// Vectors of elements with gaps between them cost a read for each gap, and one to bring the elements together.
    fileprivate func gains(by window: SlidingWindow, of stage: Stage) -> Bool {
        guard stage.axes.last == window.result, stage.axes.count > 1,
            let lanes = target.vectorWidths.last(where: { $0 <= window.result.extent }),
            stage.body.flatMap(\.loads).allSatisfy({ stride(of: $0, along: window.inside.name) == window.dilation })
        else { return false }
        let across = stage.reduceAxes.filter { $0 != window.inside }.reduce(1) { $0 * $1.extent }
        let read = window.stride == 1 ? 1 : min(window.stride, lanes) + 1
        let along = window.result.extent * window.inside.extent * read
        return window.places * (across + 1) + along < along * across
    }
}

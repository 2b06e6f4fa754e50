import KernelIR

/// Schedules the copy into panels made by the latest `pack`: vectors of the panel, a work-group for some rows of it.
///
/// Where the source is contiguous along another axis than the panel, or along several that follow one another, blocks of
/// lanes × lanes are read along that axis and written along the panel, which the dialect turns into a transposition in
/// registers.
public struct PackCPU: Sendable, Hashable, Codable {
    /// Rows of a panel that one work-group copies.
    public var rows: Int

    public init(rows: Int = 64) { self.rows = rows }

    /// Schedules the stage directly before `consumer`.
    public func apply(to builder: inout ScheduleBuilder, before consumer: String) throws(ScheduleError) {
        let stages = builder.state.program.stages
        guard let position = stages.firstIndex(where: { $0.name == consumer }), position > 0 else { return }
        let copy = stages[position - 1]
        let lanes = builder.state.target.vectorWidths.last ?? 1
        guard let lane = copy.axes.last, lane.extent % lanes == 0 else {
            return try builder.bindGrid(copy.name, count: copy.axes.count - 1)
        }
        let contiguous = copy.axes.first { axis in
            copy.loads.allSatisfy { builder.state.stride(of: $0, along: axis.name) == 1 }
        }
        if let across = contiguous, across != lane, across.extent >= lanes {
            let others = copy.axes.filter { $0 != lane && $0 != across }.map(\.name)
            let strip = max(lanes, rows / lanes * lanes)
            return try transposed(copy, lane, across.name, strip, others, &builder, lanes)
        }
        let run = self.run(of: copy, builder.state)
        let extent = run.reduce(1) { $0 * $1.extent }
        guard run.count > 1, let strip = strips(of: extent, lanes) else {
            return try straight(copy, lane, &builder, lanes)
        }
        var joined = run[0].name
        for axis in run.dropFirst() {
            try builder.apply(.fuse(Fuse(stage: copy.name, outer: joined, inner: axis.name)))
            joined += "_" + axis.name
        }
        let others = copy.axes.dropLast(run.count + 1).map(\.name)
        try transposed(copy, lane, joined, strip, others, &builder, lanes)
    }

    /// The axes directly outside of the lanes that walk the source in order together, as channels and taps of filters do.
    private func run(of copy: Stage, _ state: ScheduleState) -> [Axis] {
        var (run, step): ([Axis], Int) = ([], 1)
        for axis in copy.axes.dropLast().reversed() {
            guard copy.loads.allSatisfy({ state.stride(of: $0, along: axis.name) == step }) else { break }
            run.insert(axis, at: 0)
            step *= axis.extent
        }
        return run
    }

    /// Whole vectors that a work-group copies of a run that they divide; nil where none do.
    private func strips(of extent: Int, _ lanes: Int) -> Int? {
        let most = max(1, rows / lanes)
        return (1...most).reversed().first { extent % ($0 * lanes) == 0 }.map { $0 * lanes }
    }

    private func straight(
        _ copy: Stage, _ lane: Axis, _ builder: inout ScheduleBuilder, _ lanes: Int
    ) throws(ScheduleError) {
        var grid = copy.axes.dropLast().map(\.name)
        var walked: [String] = []
        // Short rows, such as taps, are too little work for a group: it takes several of the axes outside of them.
        var left = rows
        for axis in copy.axes.dropLast().reversed() where left > 1 {
            grid.removeLast()
            let loops = try builder.split(axis.name, of: copy.name, by: min(left, axis.extent))
            walked.insert(loops.inner, at: 0)
            left = loops.outer == nil ? left / axis.extent : 1
            if let outer = loops.outer { grid.append(outer) }
        }
        let vector = try builder.split(lane.name, of: copy.name, by: lanes)
        let order = grid + walked + [vector.outer].compactMap { $0 } + [vector.inner]
        try builder.apply(.reorder(Reorder(stage: copy.name, loops: order)))
        try builder.apply(.vectorize(Vectorize(stage: copy.name, loop: vector.inner, gather: true)))
        if let outer = vector.outer { builder.attempt(.unroll(Unroll(stage: copy.name, loop: outer))) }
        try builder.bindGrid(copy.name, count: grid.count)
    }

    private func transposed(
        _ copy: Stage, _ lane: Axis, _ across: String, _ strip: Int, _ others: [String],
        _ builder: inout ScheduleBuilder, _ lanes: Int
    ) throws(ScheduleError) {
        let strip = try builder.split(across, of: copy.name, by: strip)
        let block = try builder.split(strip.inner, of: copy.name, by: lanes)
        let vector = try builder.split(lane.name, of: copy.name, by: lanes)
        let grid = others + [strip.outer].compactMap { $0 }
        let order = grid + [vector.outer, block.outer].compactMap { $0 } + [block.inner, vector.inner]
        try builder.apply(.reorder(Reorder(stage: copy.name, loops: order)))
        try builder.apply(.vectorize(Vectorize(stage: copy.name, loop: vector.inner, gather: true)))
        try builder.apply(.unroll(Unroll(stage: copy.name, loop: block.inner)))
        try builder.bindGrid(copy.name, count: grid.count)
    }
}

import KernelIR

/// Schedules the copy into panels made by the latest `pack`: vectors of the panel, a work-group for some rows of it.
///
/// Where the source lies across the panel, blocks of lanes × lanes are read by rows and written by columns.
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
        guard let lane = copy.axes.last, let row = copy.axes.dropLast().last else { return }
        let rowLoops = try builder.split(row.name, of: copy.name, by: min(rows, row.extent))
        var grid = copy.axes.dropLast(2).map(\.name)
        if let outer = rowLoops.outer { grid.append(outer) }
        guard lane.extent % lanes == 0 else {
            try builder.apply(.reorder(Reorder(stage: copy.name, loops: grid + [rowLoops.inner, lane.name])))
            return try builder.bindGrid(copy.name, count: grid.count)
        }
        let vector = try builder.split(lane.name, of: copy.name, by: lanes)
        let isAcross = copy.loads.contains { builder.state.stride(of: $0, along: lane.name) != 1 }
        if isAcross, row.extent >= lanes {
            let block = try builder.split(rowLoops.inner, of: copy.name, by: lanes)
            let order = grid + [vector.outer, block.outer].compactMap { $0 } + [block.inner, vector.inner]
            try builder.apply(.reorder(Reorder(stage: copy.name, loops: order)))
            try builder.apply(.vectorize(Vectorize(stage: copy.name, loop: vector.inner, gather: true)))
            try builder.apply(.unroll(Unroll(stage: copy.name, loop: block.inner)))
        } else {
            let order = grid + [rowLoops.inner] + [vector.outer].compactMap { $0 } + [vector.inner]
            try builder.apply(.reorder(Reorder(stage: copy.name, loops: order)))
            try builder.apply(.vectorize(Vectorize(stage: copy.name, loop: vector.inner, gather: true)))
            if let outer = vector.outer { builder.attempt(.unroll(Unroll(stage: copy.name, loop: outer))) }
        }
        try builder.bindGrid(copy.name, count: grid.count)
    }
}

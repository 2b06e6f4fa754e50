import KernelIR

/// Schedules a recurrent stage for a CPU: one kernel that walks the steps, items of the batch spread over work-groups.
///
/// A work-group keeps its items' share of a step in registers, items × vectors of units, and sweeps the reduced axis; so
/// the weights are read once a step for all of its items, from cache. Steps need no launch and no synchronization.
public struct RecurrenceCPU: Sendable, Hashable, Codable {
    /// Vectors of accumulators in the register tile, states of a tuple included; fewer where there are few registers.
    public var accumulators: Int
    public var math: MathMode

    public init(accumulators: Int = 20, math: MathMode = .fast) {
        self.accumulators = accumulators
        self.math = math
    }

    /// Schedules the stage; its loops must be untouched.
    public func apply(to builder: inout ScheduleBuilder, stage name: String) throws(ScheduleError) {
        let stage = try builder.state.stage(name)
        try builder.apply(.math(Math(stage: name, mode: math)))
        guard let step = stage.axes.first else { return }
        let independent = stage.independentAxes
        let items = independent.last { $0 != stage.axes.last }
        let states = stage.monoid?.states.count ?? 1
        let cores = builder.state.target.cores
        let accumulators = min(accumulators, builder.state.target.accumulators)
        let rows = items.map { min(max(1, accumulators / states), ($0.extent + cores - 1) / cores) } ?? 1
        var grid = independent.filter { $0 != stage.axes.last && $0 != items }.map(\.name)
        var tile: [String] = []
        if let items {
            if rows > 1 {
                let loops = try builder.split(items.name, of: name, by: rows)
                grid += [loops.outer].compactMap { $0 }
                tile.append(loops.inner)
            } else {
                grid.append(items.name)
            }
        }
        let columns = try vectors(of: stage, accumulators / (rows * states), &builder)
        let taken = Set(stage.axes.dropFirst().map(\.name)).subtracting(independent.map(\.name))
        let rest = stage.axes.map(\.name).filter { taken.contains($0) && $0 != stage.axes.last?.name }
        let order =
            grid + [step.name] + rest + columns.outer + stage.reduceAxes.map(\.name) + tile + columns.inner
            + columns.lanes
        if order.count > 1 { try builder.apply(.reorder(Reorder(stage: name, loops: order))) }
        for loop in columns.lanes {
            try builder.apply(.vectorize(Vectorize(stage: name, loop: loop, gather: true)))
        }
        for loop in (tile + columns.inner).reversed() {
            builder.attempt(.unroll(Unroll(stage: name, loop: loop)))
        }
        try builder.bindGrid(name, count: grid.count)
    }

    /// The last axis as loops over tiles, vectors of a tile and lanes; where it is too short, all of it is one loop.
    private func vectors(
        of stage: Stage, _ most: Int, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) -> (outer: [String], inner: [String], lanes: [String]) {
        guard let unit = stage.axes.last, stage.axes.count > 1 else { return ([], [], []) }
        let lanes = builder.state.target.vectorWidths.last ?? 1
        guard unit.extent >= lanes else { return ([unit.name], [], []) }
        let count = max(1, min(most, unit.extent / lanes))
        let tiles = try builder.split(unit.name, of: stage.name, by: lanes * count)
        let vector = try builder.split(tiles.inner, of: stage.name, by: lanes)
        return ([tiles.outer].compactMap { $0 }, [vector.outer].compactMap { $0 }, [vector.inner])
    }
}

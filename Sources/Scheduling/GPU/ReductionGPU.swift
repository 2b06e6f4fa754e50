import KernelIR

/// Reductions on a GPU, by rows or by columns, whichever neighbours in memory are.
///
/// Long ones that have too few results to fill the device are cut in parts that are launches of their own. Short ones,
/// and windows that overlap, are left to single work-items.
public struct ReductionGPU: Sendable, Hashable, Codable {
    public var rows: RowGPU
    public var columns: ColumnGPU
    /// Reductions of at most so many elements are one work-item's.
    public var shortest: Int
    /// Elements of one part at least, where long reductions are cut; 0 keeps them whole.
    public var part: Int

    public init(
        rows: RowGPU = RowGPU(), columns: ColumnGPU = ColumnGPU(), shortest: Int = 32, part: Int = 4096
    ) {
        self.rows = rows
        self.columns = columns
        self.shortest = shortest
        self.part = part
    }

    /// Schedules a stage together with the reductions that it reads, as one kernel, and names them.
    ///
    /// - Throws: `illegalDataFlow` where it reads none, or long ones that had better be cut.
    func fuse(to builder: inout ScheduleBuilder, stage name: String) throws(ScheduleError) -> [String] {
        let stage = try builder.state.stage(name)
        let group = try ReductionGroup(stage, builder.state)
        guard !group.reductions.isEmpty else {
            throw ScheduleError(
                .illegalDataFlow, "\(name) reads no reductions that could be computed beside it",
                hint: "schedule it alone")
        }
        let long = group.reductions.first { parts(of: $0, isColumn: group.isColumn, builder.state) != nil }
        guard long == nil, parts(of: stage, isColumn: group.isColumn, builder.state) == nil else {
            throw ScheduleError(
                .illegalDataFlow, "\(name) needs few long reductions", hint: "cut them in kernels of their own")
        }
        try apply(to: &builder, group)
        return group.reductions.map(\.name)
    }

    /// Schedules a reduction of its own; `items` takes the short ones.
    func apply(
        to builder: inout ScheduleBuilder, stage name: String, items: ItemsGPU
    ) throws(ScheduleError) {
        let stage = try builder.state.stage(name)
        if try cut(stage, items, &builder) { return }
        var attempt = builder
        let elements = stage.reduceAxes.reduce(1) { $0 * $1.extent }
        if elements > shortest, !stage.hasOverlaps, (try? alone(stage, &attempt)) != nil {
            builder = attempt
        } else {
            try items.apply(to: &builder, stage: name)
        }
    }

    /// Cuts a long reduction with few results in parts, and schedules both steps; says whether it did.
    private func cut(
        _ stage: Stage, _ items: ItemsGPU, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) -> Bool {
        let isColumn = builder.state.classify(stage) == .column
        guard let axis = stage.reduceAxes.last, let length = parts(of: stage, isColumn: isColumn, builder.state) else {
            return false
        }
        let known = Set(builder.state.program.stages.map(\.name))
        let action = SplitReduction(stage: stage.name, axis: axis.name, block: length)
        guard builder.attempt(.splitReduction(action)) else { return false }
        let made = builder.state.program.stages.map(\.name).filter { !known.contains($0) }
        let whole = ReductionGPU(rows: rows, columns: columns, shortest: shortest, part: 0)
        for step in made + [stage.name] { try whole.apply(to: &builder, stage: step, items: items) }
        return true
    }

    private func alone(_ stage: Stage, _ builder: inout ScheduleBuilder) throws(ScheduleError) {
        let group = try ReductionGroup(stage, builder.state, isAlone: true)
        try apply(to: &builder, group)
    }

    private func apply(to builder: inout ScheduleBuilder, _ group: ReductionGroup) throws(ScheduleError) {
        if group.isColumn {
            try columns.apply(to: &builder, group)
        } else {
            try rows.apply(to: &builder, group)
        }
    }

    /// The length of the parts that a reduction is cut in, where its results are too few to fill the device.
    private func parts(of stage: Stage, isColumn: Bool, _ state: ScheduleState) -> Int? {
        guard part > 0, let axis = stage.reduceAxes.last else { return nil }
        let results = stage.axes.reduce(1) { $0 * $1.extent }
        let groups = isColumn ? max(1, results / columns.columns) : results
        // As many work-items share a column as share a row divided by its columns.
        let least = isColumn ? max(2, part * columns.items / rows.items) : part
        let wanted = max(2, 4 * state.target.cores / groups)
        let length = max(least, (axis.extent + wanted - 1) / wanted)
        return groups < state.target.cores && axis.extent >= 4 * least && axis.extent >= 2 * length ? length : nil
    }
}

extension Stage {
    /// Whether neighbouring results are reduced from common elements, as windows that overlap are.
    fileprivate var hasOverlaps: Bool {
        let (ranges, reduced) = (Ranges(reduceAxes), Set(reduceAxes.map(\.name)))
        return body.flatMap(\.loads).flatMap(\.indices).contains { index in
            let reach = index.terms.map { index.part(of: $0) }.filter { $0.axes.isSubset(of: reduced) }
                .reduce(0) { $0 + $1.range(ranges).count - 1 }
            return axes.contains { axis in
                let step = abs(index.coefficient(of: axis.name))
                return step > 0 && step <= reach
            }
        }
    }
}

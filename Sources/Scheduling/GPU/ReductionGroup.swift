import KernelIR

/// A stage and the reductions that it reads, which one kernel can compute: every work-group knows the points whose
/// reductions it needs, and needs hardly more of them than there are.
struct ReductionGroup {
    /// A map, or a reduction that may read others.
    let stage: Stage
    /// The axes that all reductions' results depend on, in order: a point of them is a row.
    let rows: [Axis]
    /// What is walked in each row: a reduction's reduced axes, or the other axes of a map.
    let walked: [Axis]
    /// The reductions that the stage reads, also through others, in program order.
    let reductions: [Stage]
    /// Whether neighbouring rows, not the elements of a row, are neighbours in memory.
    let isColumn: Bool

    /// - Parameter isAlone: whether other reductions are left in kernels of their own.
    /// - Throws: `illegalDataFlow` for a map without reductions that could be computed beside it.
    init(_ stage: Stage, _ state: ScheduleState, isAlone: Bool = false) throws(ScheduleError) {
        let behind = isAlone ? [] : state.reductions(behind: stage)
        self.stage = stage
        if stage.isReduction {
            (rows, walked) = (stage.axes, stage.reduceAxes)
            let isShareable = Self.isShareable(behind, by: stage, rows)
            reductions = isShareable ? behind : []
            isColumn = state.classify(stage) == .column
        } else {
            let shared = state.axes(of: stage, shared: behind)
            (rows, walked, reductions) = (shared, stage.axes.filter { !shared.contains($0) }, behind)
            isColumn = shared.last.map { $0 == stage.axes.last && $0.extent > 1 } ?? false
            guard stage.kind == .map, !behind.isEmpty, Self.isShareable(behind, by: stage, rows) else {
                throw ScheduleError(
                    .illegalDataFlow, "\(stage.name) reads no reductions that could be computed beside it",
                    hint: "softmax and norms do; or separate kernels")
            }
        }
        guard elements > 1, !stage.isRecurrent else {
            throw ScheduleError(
                .illegalDataFlow, "\(stage.name) has nothing that work-items could share",
                hint: "one result a work-item")
        }
    }

    /// Rows in all.
    var rowCount: Int { rows.reduce(1) { $0 * $1.extent } }
    /// Elements of a row.
    var elements: Int { walked.reduce(1) { $0 * $1.extent } }

    /// Whether results are needed at rows only, and of hardly more rows than they have points.
    private static func isShareable(_ reductions: [Stage], by stage: Stage, _ rows: [Axis]) -> Bool {
        let (outputs, names) = (Set(reductions.flatMap(\.outputs)), Set(rows.map(\.name)))
        let used = stage.loads.filter { outputs.contains($0.buffer) }.flatMap { $0.indices.flatMap(\.axes) }
        let count = rows.reduce(1) { $0 * $1.extent }
        return names.isSuperset(of: used)
            && reductions.allSatisfy { count <= 2 * $0.axes.reduce(1) { $0 * $1.extent } }
    }
}

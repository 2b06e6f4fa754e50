import KernelIR

/// Scans on a GPU: a work-item for each row, or for each block of the rows where they are few and long.
///
/// Blocks are about as many as they have elements, so that a work-item's steps in a block and in the totals of all
/// blocks are few alike; what is scanned is read twice then. One row alone would be one work-item's.
public struct ScanGPU: Sendable, Hashable, Codable {
    /// Rows of at least so many elements are cut where they are few; 0 keeps all of them whole.
    public var shortest: Int

    public init(shortest: Int = 256) { self.shortest = shortest }

    /// Rows for each core from which on they are many: two warps.
    private static let rowsOfACore = 2 * CrossItemReduction.warpSize

    /// Schedules the stage, with `items`, and its blocks' totals, with `reductions`; its loops must be untouched.
    func apply(
        to builder: inout ScheduleBuilder, stage name: String, items: ItemsGPU, reductions: ReductionGPU
    ) throws(ScheduleError) {
        let stage = try builder.state.stage(name)
        for step in cut(stage, &builder) {
            if step.isReduction {
                try reductions.apply(to: &builder, stage: step.name, items: items)
            } else {
                try items.apply(to: &builder, stage: step.name)
            }
        }
        try items.apply(to: &builder, stage: name)
    }

    /// Cuts a scan in blocks where that pays; returns the stages that come before it.
    private func cut(_ stage: Stage, _ builder: inout ScheduleBuilder) -> [Stage] {
        guard shortest > 0, let sweep = stage.sweep, let axis = stage.axes.first(where: { $0.name == sweep.axis }),
            axis.extent >= shortest, sweep.block == nil
        else { return [] }
        let rows = stage.axes.reduce(1) { $0 * $1.extent } / axis.extent
        let block = Int(Double(axis.extent).squareRoot().rounded(.up))
        let known = Set(builder.state.program.stages.map(\.name))
        guard rows < Self.rowsOfACore * builder.state.target.cores,
            builder.attempt(.scanBlock(ScanBlock(stage: stage.name, axis: axis.name, block: block)))
        else { return [] }
        return builder.state.program.stages.filter { !known.contains($0.name) }
    }
}

import KernelIR

/// A whole program's schedule for a GPU from a few parameters: rewrites of stages first, then a macro for each of them.
///
/// Products in a format of the GPU's matrix instructions use these; others keep tiles of results in the registers of
/// each work-item. Reductions, and maps of their results, are shared by the work-items of a group. All else computes one
/// result a work-item, with neighbours side by side.
public struct ProgramGPU: Sendable, Hashable, Codable {
    public var items: ItemsGPU
    public var tiles: TileGPU
    public var matrices: MatrixGPU
    public var reductions: ReductionGPU
    /// Whether the factors of products are summed apart where only sums of the products are needed.
    public var factors: Bool

    public init(
        items: ItemsGPU = ItemsGPU(), tiles: TileGPU = TileGPU(), matrices: MatrixGPU = MatrixGPU(),
        reductions: ReductionGPU = ReductionGPU(),
        factors: Bool = true
    ) {
        self.items = items
        self.tiles = tiles
        self.matrices = matrices
        self.reductions = reductions
        self.factors = factors
    }

    /// The actions for an unscheduled program.
    public func schedule(_ program: TensorProgram, target: TargetProfile) throws(ScheduleError) -> Schedule {
        var builder = ScheduleBuilder(ScheduleState(program, target: target))
        StageFusion(factors: factors).apply(to: &builder)
        let done = fuseReductions(&builder)
        for stage in builder.state.program.stages where !done.contains(stage.name) {
            var (matrix, tile) = (builder, builder)
            if (try? matrices.apply(to: &matrix, stage: stage.name)) != nil {
                builder = matrix
            } else if builder.state.isProduct(stage), (try? tiles.apply(to: &tile, stage: stage.name)) != nil {
                builder = tile
            } else if stage.isReduction, !stage.isRecurrent, !builder.state.isProduct(stage) {
                try reductions.apply(to: &builder, stage: stage.name, items: items)
            } else {
                try items.apply(to: &builder, stage: stage.name)
            }
        }
        return builder.schedule
    }

    /// Schedules maps, then reductions, with the reductions they read; returns the stages that are done with.
    private func fuseReductions(_ builder: inout ScheduleBuilder) -> Set<String> {
        var done: Set<String> = []
        let stages = builder.state.program.stages
        let candidates = stages.filter { $0.kind == .map } + stages.filter(\.isReduction)
        for stage in candidates where !done.contains(stage.name) && !builder.state.isProduct(stage) {
            let behind = builder.state.reductions(behind: stage).map(\.name)
            guard !behind.isEmpty, done.isDisjoint(with: behind) else { continue }
            var attempt = builder
            guard let fused = try? reductions.fuse(to: &attempt, stage: stage.name) else { continue }
            builder = attempt
            done.formUnion(fused + [stage.name])
        }
        return done
    }
}

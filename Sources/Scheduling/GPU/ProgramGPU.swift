import KernelIR

/// A whole program's schedule for a GPU from a few parameters: rewrites of stages first, then a macro for each of them.
///
/// Products in a format of the GPU's matrix instructions use these; others keep tiles of results in the registers of
/// each work-item; all else computes one result a work-item, with neighbours side by side.
public struct ProgramGPU: Sendable, Hashable, Codable {
    public var items: ItemsGPU
    public var tiles: TileGPU
    public var matrices: MatrixGPU
    /// Whether the factors of products are summed apart where only sums of the products are needed.
    public var factors: Bool

    public init(
        items: ItemsGPU = ItemsGPU(), tiles: TileGPU = TileGPU(), matrices: MatrixGPU = MatrixGPU(),
        factors: Bool = true
    ) {
        self.items = items
        self.tiles = tiles
        self.matrices = matrices
        self.factors = factors
    }

    /// The actions for an unscheduled program.
    public func schedule(_ program: TensorProgram, target: TargetProfile) throws(ScheduleError) -> Schedule {
        var builder = ScheduleBuilder(ScheduleState(program, target: target))
        StageFusion(factors: factors).apply(to: &builder)
        for stage in builder.state.program.stages {
            var (matrix, tile) = (builder, builder)
            if (try? matrices.apply(to: &matrix, stage: stage.name)) != nil {
                builder = matrix
            } else if builder.state.isProduct(stage), (try? tiles.apply(to: &tile, stage: stage.name)) != nil {
                builder = tile
            } else {
                try items.apply(to: &builder, stage: stage.name)
            }
        }
        return builder.schedule
    }
}

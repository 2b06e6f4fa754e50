import KernelIR

/// A whole program's schedule for a GPU from a few parameters: rewrites of stages first, then a macro for each of them.
///
/// Products keep tiles of results in the registers of each work-item; all else computes one result a work-item, with
/// neighbours side by side.
public struct ProgramGPU: Sendable, Hashable, Codable {
    public var items: ItemsGPU
    /// The tiles of all products; nil takes the first candidate that is legal, product by product.
    public var tiles: TileGPU?
    /// Whether the factors of products are summed apart where only sums of the products are needed.
    public var factors: Bool

    public init(items: ItemsGPU = ItemsGPU(), tiles: TileGPU? = nil, factors: Bool = true) {
        self.items = items
        self.tiles = tiles
        self.factors = factors
    }

    /// The actions for an unscheduled program.
    public func schedule(_ program: TensorProgram, target: TargetProfile) throws(ScheduleError) -> Schedule {
        var builder = ScheduleBuilder(ScheduleState(program, target: target))
        StageFusion(factors: factors).apply(to: &builder)
        for stage in builder.state.program.stages {
            if tile(stage, &builder) { continue }
            try items.apply(to: &builder, stage: stage.name)
        }
        return builder.schedule
    }

    /// Tiles a product, and says whether it is one and there is a legal tile.
    private func tile(_ stage: Stage, _ builder: inout ScheduleBuilder) -> Bool {
        guard let product = ProductShape(stage, in: builder.state) else { return false }
        let candidates = tiles.map { [$0] } ?? TileGPU.candidates(for: product, target: builder.state.target)
        for candidate in candidates {
            var attempt = builder
            guard (try? candidate.apply(to: &attempt, stage: stage.name)) != nil else { continue }
            builder = attempt
            return true
        }
        return false
    }
}

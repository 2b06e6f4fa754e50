import KernelIR

/// A whole program's schedule for a GPU from a few parameters: rewrites of stages first, then a macro for each of them.
///
/// Products in a format of the GPU's matrix instructions use these; others keep tiles of results in the registers of
/// each work-item. Reductions, and maps of their results, are shared by the work-items of a group. All else computes one
/// result a work-item, with neighbours side by side.
public struct ProgramGPU: Sendable, Hashable, Codable {
    public var items: ItemsGPU
    /// The tiles of all products; nil takes the first candidate that is legal, product by product.
    public var tiles: TileGPU?
    /// The tiles of products in a format of the matrix instructions, where they are legal; else what they fall back to.
    public var matrices: MatrixGPU
    public var reductions: ReductionGPU
    /// Whether the factors of products are summed apart where only sums of the products are needed.
    public var factors: Bool

    public init(
        items: ItemsGPU = ItemsGPU(), tiles: TileGPU? = nil, matrices: MatrixGPU = MatrixGPU(),
        reductions: ReductionGPU = ReductionGPU(), factors: Bool = true
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
            if multiply(stage, &builder) {
                continue
            } else if tile(stage, &builder) {
                continue
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

    /// Gives a product to the matrix instructions, and says whether that is legal.
    private func multiply(_ stage: Stage, _ builder: inout ScheduleBuilder) -> Bool {
        for candidate in matrices.alternatives {
            var attempt = builder
            guard (try? candidate.apply(to: &attempt, stage: stage.name)) != nil else { continue }
            builder = attempt
            return true
        }
        return false
    }

    /// Tiles a product, and says whether it is one and there is a legal tile.
    private func tile(_ stage: Stage, _ builder: inout ScheduleBuilder) -> Bool {
        guard let product = ProductShape(stage, in: builder.state),
            let tiled = tiled(stage, product, builder)
        else { return false }
        builder = tiled.builder
        return true
    }

    /// The first legal tile of a product, and the schedule with it.
    private func tiled(
        _ stage: Stage, _ product: ProductShape, _ builder: ScheduleBuilder
    ) -> (tile: TileGPU, builder: ScheduleBuilder)? {
        let candidates = tiles.map { [$0] } ?? TileGPU.candidates(for: product, target: builder.state.target)
        for candidate in candidates {
            var attempt = builder
            if (try? candidate.apply(to: &attempt, stage: stage.name)) != nil { return (candidate, attempt) }
        }
        return nil
    }

    /// The tile that a program's largest product gets; nil where there is no product.
    public func chosenTile(_ program: TensorProgram, target: TargetProfile) -> TileGPU? {
        var builder = ScheduleBuilder(ScheduleState(program, target: target))
        StageFusion(factors: factors).apply(to: &builder)
        let products = builder.state.program.stages.compactMap { stage in
            ProductShape(stage, in: builder.state).map { (stage: stage, shape: $0) }
        }
        // Of equal ones the first.
        let largest = products.reduce(products.first) { best, next in
            next.shape.operations > best?.shape.operations ?? 0 ? next : best
        }
        return largest.flatMap { tiled($0.stage, $0.shape, builder)?.tile }
    }
}

import KernelIR

/// A whole program's schedule for a GPU from a few parameters: rewrites of stages first, then a macro for each of them.
///
/// An attention is one kernel where a group's scores fit local memory. Products in a format of the GPU's matrix
/// instructions use these, also those of attentions; others keep tiles of results in the registers of each work-item,
/// and few results with long sums are cut in parts. Reductions, and maps of their results, are shared by the work-items
/// of a group. Few long scans run in blocks. All else computes one result a work-item, with neighbours side by side.
public struct ProgramGPU: Sendable, Hashable, Codable {
    public var items: ItemsGPU
    /// The tiles of all products; nil takes the first candidate that is legal, product by product.
    public var tiles: TileGPU?
    /// The tiles of products in a format of the matrix instructions, where they are legal; else what they fall back to.
    public var matrices: MatrixGPU
    public var reductions: ReductionGPU
    public var scans: ScanGPU
    public var attention: AttentionGPU
    /// Steps of one part at least, where products of few results and many steps are cut; 0 keeps them whole.
    public var productPart: Int
    /// Whether the factors of products are summed apart where only sums of the products are needed.
    public var factors: Bool

    public init(
        items: ItemsGPU = ItemsGPU(), tiles: TileGPU? = nil, matrices: MatrixGPU = MatrixGPU(),
        reductions: ReductionGPU = ReductionGPU(), scans: ScanGPU = ScanGPU(),
        attention: AttentionGPU = AttentionGPU(), productPart: Int = 512, factors: Bool = true
    ) {
        self.items = items
        self.tiles = tiles
        self.matrices = matrices
        self.reductions = reductions
        self.scans = scans
        self.attention = attention
        self.productPart = productPart
        self.factors = factors
    }

    /// The actions for an unscheduled program.
    public func schedule(_ program: TensorProgram, target: TargetProfile) throws(ScheduleError) -> Schedule {
        var builder = ScheduleBuilder(ScheduleState(program, target: target))
        StageFusion(factors: factors).apply(to: &builder)
        var done = attend(&builder)
        done.formUnion(fuseReductions(&builder, besides: done))
        for stage in builder.state.program.stages where !done.contains(stage.name) {
            for part in parts(of: stage, &builder) { try apply(to: &builder, part) }
        }
        return builder.schedule
    }

    /// Schedules one stage by the macro that suits it.
    private func apply(to builder: inout ScheduleBuilder, _ stage: Stage) throws(ScheduleError) {
        if multiply(stage, &builder) || tile(stage, &builder) { return }
        if stage.isReduction, !stage.isRecurrent, !builder.state.isProduct(stage) {
            try reductions.apply(to: &builder, stage: stage.name, items: items)
        } else if case .scan = stage.kind, !stage.isRecurrent {
            try scans.apply(to: &builder, stage: stage.name, items: items, reductions: reductions)
        } else {
            try items.apply(to: &builder, stage: stage.name)
        }
    }

    /// The stage, or where its products are few with long sums, sums over parts of the steps and what adds these.
    private func parts(of stage: Stage, _ builder: inout ScheduleBuilder) -> [Stage] {
        guard case .contraction(let product) = builder.state.classify(stage), productPart > 0,
            let length = ProductShape(stage, in: builder.state)?
                .part(atLeast: productPart, cores: builder.state.target.cores)
        else { return [stage] }
        let known = Set(builder.state.program.stages.map(\.name))
        let action = SplitReduction(stage: stage.name, axis: product.k.name, block: length)
        guard builder.attempt(.splitReduction(action)) else { return [stage] }
        return builder.state.program.stages.filter { !known.contains($0.name) || $0.name == stage.name }
    }

    /// Schedules attentions as one kernel each; returns the stages that are done with.
    ///
    /// Those whose products matrix instructions take in are left to these.
    private func attend(_ builder: inout ScheduleBuilder) -> Set<String> {
        var done: Set<String> = []
        for stage in builder.state.program.stages {
            guard let group = builder.state.attention(endingIn: stage),
                ![group.scores, group.output].contains(where: { usesMatrices($0, builder) })
            else { continue }
            let known = Set(builder.state.program.stages.map(\.name))
            var attempt = builder
            guard (try? attention.apply(to: &attempt, group, items: items)) != nil else { continue }
            builder = attempt
            done.formUnion(([group.scores, group.weights, group.output] + group.reductions).map(\.name))
            done.formUnion(builder.state.program.stages.map(\.name).filter { !known.contains($0) })
        }
        return done
    }

    private func usesMatrices(_ stage: Stage, _ builder: ScheduleBuilder) -> Bool {
        var attempt = builder
        return multiply(stage, &attempt)
    }

    /// Schedules maps, then reductions, with the reductions they read; returns the stages that are done with.
    private func fuseReductions(_ builder: inout ScheduleBuilder, besides others: Set<String>) -> Set<String> {
        var done = others
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

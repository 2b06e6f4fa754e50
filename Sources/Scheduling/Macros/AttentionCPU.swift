import KernelIR

/// Schedules an attention as one kernel for each block of queries, whose scores and weights never leave the cache.
///
/// A work-group computes its queries' scores with all keys, their softmax, and the mean of the values. With scores through
/// memory, each of them is written and read twice more. The whole rows of a block must fit the second-level cache, so very many
/// keys want few queries; below one register tile of them, separate kernels are better.
public struct AttentionCPU: Sendable, Hashable, Codable {
    /// Queries of a block at most; 0 leaves attention to separate kernels.
    public var queries: Int
    /// The register tile of both products; `nil` takes the one that suits the registers.
    public var tile: RegisterTile?
    public var math: MathMode

    public init(
        queries: Int = 48, tile: RegisterTile? = nil, math: MathMode = .fast
    ) {
        self.queries = queries
        self.tile = tile
        self.math = math
    }

    /// Schedules the group; the stages' loops must be untouched.
    func apply(to builder: inout ScheduleBuilder, _ group: Attention) throws(ScheduleError) {
        guard case .contraction(let scores) = builder.state.classify(group.scores),
            case .contraction(let output) = builder.state.classify(group.output)
        else { throw Self.noAttention(group.output.name) }
        let tile = tile ?? .attention(for: builder.state.target)
        let most = min(queries, share(output, tile, builder.state), Attach.byteLimit / (4 * scores.n.extent))
        let rows = min(tile.rows, output.m.extent)
        guard most >= rows else { throw Self.noAttention(group.output.name) }
        // Whole register tiles.
        let block = most / rows * rows
        let (scoresName, outputName) = (group.scores.name, group.output.name)
        try pack(scores, of: scoresName, tile, &builder)
        try pack(output, of: outputName, tile, &builder)
        let carrier = try carry(output, outputName, block: block, tile, &builder)
        func attach(_ stage: String) throws(ScheduleError) {
            try builder.apply(.attach(Attach(stage: stage, to: outputName, loop: carrier)))
        }
        try attach(group.weights.name)
        for reduction in group.reductions.reversed() { try attach(reduction.name) }
        try attach(scoresName)
        try builder.apply(.math(Math(stage: group.weights.name, mode: math)))
        if let last = group.weights.axes.last, last.extent >= 16 {
            try builder.vectorize(last.name, of: group.weights.name, unroll: 2)
        }
        for reduction in group.reductions {
            try builder.apply(.math(Math(stage: reduction.name, mode: math)))
            try builder.vectorizedRows(of: reduction.name, accumulators: 4)
        }
        try makeTiles(scores, scoresName, tile, outer: [], &builder)
    }

    /// Queries of a block so that every core gets several blocks.
    private func share(_ parts: Contraction, _ tile: RegisterTile, _ state: ScheduleState) -> Int {
        let all = parts.batch.reduce(parts.m.extent) { $0 * $1.extent }
        return min(parts.m.extent, max(tile.rows, all / (4 * state.target.cores)))
    }

    private static func noAttention(_ stage: String) -> ScheduleError {
        ScheduleError(
            .tooLarge, "\(stage) cannot be computed by blocks of queries whose rows of scores fit the cache",
            hint: "separate kernels")
    }

    private func pack(
        _ parts: Contraction, of stage: String, _ tile: RegisterTile, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        let right = Pack(
            stage: stage, buffer: parts.right.buffer, axis: parts.n.name, width: panel(parts, tile, builder.state))
        if builder.attempt(.pack(right)) { try PackCPU().apply(to: &builder, before: stage) }
    }

    /// Elements of a panel: whole vectors, as many as the tile has and the axis fills.
    private func panel(_ parts: Contraction, _ tile: RegisterTile, _ state: ScheduleState) -> Int {
        let lanes = state.target.vectorWidths.last ?? 1
        return min(tile.vectors, (parts.n.extent + lanes - 1) / lanes) * lanes
    }

    /// Spreads blocks of the output's rows over work-groups; returns the loop that carries the rest.
    private func carry(
        _ parts: Contraction, _ stage: String, block: Int, _ tile: RegisterTile, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) -> String {
        let rows = try builder.split(parts.m.name, of: stage, by: block)
        var inner = parts
        inner.m = Axis(rows.inner, block)
        let grid = parts.batch.map(\.name) + [rows.outer].compactMap { $0 }
        try makeTiles(inner, stage, tile, outer: grid, &builder)
        try builder.bindGrid(stage, count: grid.count)
        guard let carrier = try builder.loops(stage).last(where: { $0.kind == .grid }) else {
            throw Self.noAttention(stage)
        }
        return carrier.name
    }

    /// Register tiles below the outer loops; panels outside of rows, since a panel stays in the first cache.
    private func makeTiles(
        _ parts: Contraction, _ stage: String, _ tile: RegisterTile, outer: [String], _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        let lanes = builder.state.target.vectorWidths.last ?? 1
        let extent = try builder.state.loop(parts.m.name, of: stage).loop.extent
        let m = try builder.split(parts.m.name, of: stage, by: min(tile.rows, extent))
        let n = try builder.split(parts.n.name, of: stage, by: panel(parts, tile, builder.state))
        let vector = try builder.split(n.inner, of: stage, by: lanes)
        let named = Set(
            outer + [m.outer, m.inner, n.outer, vector.outer, vector.inner, parts.k.name].compactMap { $0 })
        let rest = try builder.loops(stage).map(\.name).filter { !named.contains($0) }
        let registers = [m.inner, vector.outer].compactMap { $0 }
        let order = outer + rest + [n.outer, m.outer].compactMap { $0 } + [parts.k.name] + registers + [vector.inner]
        try builder.apply(.reorder(Reorder(stage: stage, loops: order)))
        try builder.apply(.vectorize(Vectorize(stage: stage, loop: vector.inner, gather: true)))
        for loop in registers.reversed() { try builder.apply(.unroll(Unroll(stage: stage, loop: loop))) }
    }
}

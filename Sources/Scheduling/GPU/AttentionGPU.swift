import KernelIR

/// Schedules an attention as one kernel, a group for each block of queries, whose scores and weights stay in local
/// memory.
///
/// A warp has some of the queries. Its lanes share out the keys for their scores, then the features of the results, and
/// combine what they have for the softmax; every score of a lane is one of a tile in registers, and so is every result.
/// With kernels of its own each score goes through device memory about five times. Whole rows of scores must fit local
/// memory, so many keys leave few queries to a group; where they leave less than a warp's, separate kernels are better.
/// Keys whose neighbours are apart in memory are copied side by side first.
/// ```
/// S[m, n] = Σ q·k                       group m.o, items of warps m.i.o and lanes
/// M[m] = max S; L[m] = Σ exp(S − M)         local S[m, n] = Σ q·k
/// P[m, n] = exp(S − M)/L            →       M, L of the warp's queries, combined over lanes
/// y[m, d] = Σ P[m, n]·v[n, d]               local P[m, n] = exp(S − M)/L
///                                           for n: acc[m.i.i, d.o] += P[m, n]·v[n, d]
/// ```
/// Scores in local memory and rows that keep a warp each: Dao et al., "FlashAttention: Fast and Memory-Efficient Exact
/// Attention with IO-Awareness", NeurIPS 2022, here without its sums that run along blocks of keys.
public struct AttentionGPU: Sendable, Hashable, Codable {
    /// Queries of a group at most; 0 leaves attention to separate kernels.
    public var queries: Int
    /// Queries of a warp.
    public var rows: Int
    /// Keys of a lane whose scores are summed at a time.
    public var keys: Int
    public var math: MathMode

    public init(queries: Int = 16, rows: Int = 4, keys: Int = 4, math: MathMode = .fast) {
        self.queries = queries
        self.rows = rows
        self.keys = keys
        self.math = math
    }

    /// Work-items that share a query.
    static let lanes = CrossItemReduction.warpSize

    /// Schedules the group; the stages' loops must be untouched. `items` takes copies of keys.
    ///
    /// - Throws: `tooLarge` where local memory has no room for the scores of a warp's queries; what an action throws.
    func apply(
        to builder: inout ScheduleBuilder, _ group: Attention, items: ItemsGPU
    ) throws(ScheduleError) {
        guard case .contraction(let scores) = builder.state.classify(group.scores),
            case .contraction(let output) = builder.state.classify(group.output),
            let axes = WeightAxes(group.weights, read: output)
        else { throw Self.noAttention(group.output.name) }
        let (rows, block) = try shape(output, keys: scores.n.extent, builder.state, group.output.name)
        try copyKeys(scores, of: group.scores.name, items, &builder)
        try tile(output, group.output.name, block: block, rows: rows, &builder)
        let method: CrossItemReduction.Method = builder.state.target.hasWarps ? .shuffle : .tree
        try attach(group.weights.name, to: group.output.name, &builder)
        try spread(axes, group.weights.name, rows: rows, &builder)
        for reduction in group.reductions.reversed() {
            try builder.shareReduction(
                reduction, with: group.output.name, method, math, items: Self.lanes, widths: [])
            try keepResults(of: reduction.name, &builder)
        }
        try attach(group.scores.name, to: group.output.name, &builder)
        try tile(scores, group.scores.name, rows: rows, &builder)
        try builder.apply(.math(Math(stage: group.weights.name, mode: math)))
        try builder.apply(.math(Math(stage: group.scores.name, mode: math)))
        try builder.apply(.math(Math(stage: group.output.name, mode: math)))
    }

    /// Queries of a warp and of a group. Two groups should fit local memory, so that one computes while another waits.
    private func shape(
        _ output: Contraction, keys: Int, _ state: ScheduleState, _ stage: String
    ) throws(ScheduleError) -> (rows: Int, block: Int) {
        let rows = min(self.rows, output.m.extent)
        let row = 2 * keys * DType.float32.byteCount
        let limit = min(
            queries, output.m.extent, state.target.localBytes / 2 / row,
            state.target.maxGroupSize / Self.lanes * rows)
        let block = max(rows, limit / max(1, rows) * rows)
        guard rows > 1, keys > 1, rows <= queries, block * row <= state.target.localBytes else {
            throw Self.noAttention(stage)
        }
        return (rows, block)
    }

    private static func noAttention(_ stage: String) -> ScheduleError {
        ScheduleError(
            .tooLarge, "\(stage) cannot be computed by blocks of queries whose rows of scores fit local memory",
            hint: "separate kernels")
    }

    /// Brings keys side by side that lie apart, in panels that a warp reads at a time.
    private func copyKeys(
        _ scores: Contraction, of stage: String, _ items: ItemsGPU, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        guard builder.state.stride(of: scores.right, along: scores.n.name) != 1 else { return }
        let known = Set(builder.state.program.stages.map(\.name))
        let action = Pack(stage: stage, buffer: scores.right.buffer, axis: scores.n.name, width: panel(scores))
        guard builder.attempt(.pack(action)) else { return }
        for copy in builder.state.program.stages.map(\.name) where !known.contains(copy) {
            try items.apply(to: &builder, stage: copy)
        }
    }

    /// Keys of a warp at a time.
    private func panel(_ scores: Contraction) -> Int {
        let turns = (scores.n.extent + Self.lanes - 1) / Self.lanes
        return Self.lanes * min(max(1, keys), turns)
    }

    /// Spreads blocks of queries over groups, their rows over warps and features over lanes.
    private func tile(
        _ output: Contraction, _ name: String, block: Int, rows: Int, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        let blocks = try builder.split(output.m.name, of: name, by: block)
        let warps = try builder.split(blocks.inner, of: name, by: rows)
        let features = try builder.split(output.n.name, of: name, by: Self.lanes)
        let grid = output.batch.map(\.name) + [blocks.outer].compactMap { $0 }
        let items = [warps.outer].compactMap { $0 } + [features.inner]
        let registers = [warps.inner] + [features.outer].compactMap { $0 }
        let order = grid + items + [output.k.name] + registers
        try builder.apply(.reorder(Reorder(stage: name, loops: order)))
        for loop in registers.reversed() { try builder.apply(.unroll(Unroll(stage: name, loop: loop))) }
        try builder.bindGrid(name, count: grid.count)
        for loop in items { try builder.apply(.bind(Bind(stage: name, loop: loop, to: .item))) }
    }

    /// Lets a group compute a stage together.
    private func attach(
        _ stage: String, to output: String, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        guard let loop = try builder.loops(output).last(where: { $0.kind == .item }) else {
            throw Self.noAttention(output)
        }
        try builder.apply(.attach(Attach(stage: stage, to: output, loop: loop.name, shared: true)))
    }

    /// Each lane has weights of neighbouring keys of the warp's queries.
    private func spread(
        _ axes: WeightAxes, _ name: String, rows: Int, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        let warps = try builder.split(axes.m, of: name, by: rows)
        let keys = try builder.split(axes.n, of: name, by: Self.lanes)
        try place(name, lane: keys.inner, warp: warps.outer, registers: [warps.inner], &builder)
    }

    /// Each lane sums scores of the warp's queries with keys a warp's width apart.
    private func tile(
        _ scores: Contraction, _ name: String, rows: Int, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        let warps = try builder.split(scores.m.name, of: name, by: rows)
        let panels = try builder.split(scores.n.name, of: name, by: panel(scores))
        let keys = try builder.split(panels.inner, of: name, by: Self.lanes)
        let registers = [warps.inner] + [keys.outer].compactMap { $0 }
        try place(name, lane: keys.inner, warp: warps.outer, registers: registers, &builder)
    }

    /// Spreads the loops of a shared stage, and writes those in registers out, innermost.
    private func place(
        _ name: String, lane: String, warp: String?, registers: [String], _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        try builder.apply(.bind(Bind(stage: name, loop: lane, to: .item)))
        if let warp { try builder.apply(.bind(Bind(stage: name, loop: warp, to: .item))) }
        try builder.writeOut(registers, of: name)
    }

    /// Keeps the results of the warp's queries in registers while their elements are taken in.
    private func keepResults(of name: String, _ builder: inout ScheduleBuilder) throws(ScheduleError) {
        let spatial = try builder.loops(name).filter { !$0.isReduction && $0.kind == .serial }.map(\.name)
        try builder.writeOut(spatial, of: name)
    }
}

/// The axes of attention's weights that walk queries and keys.
private struct WeightAxes {
    let m: String
    let n: String

    /// Nil where the product does not read weights at just these axes.
    init?(_ weights: Stage, read output: Contraction) {
        func axis(_ name: String) -> String? {
            let dimension = output.left.indices.firstIndex { $0.asAxis == name }
            return dimension.flatMap { weights.axes.indices.contains($0) ? weights.axes[$0].name : nil }
        }
        guard let m = axis(output.m.name), let n = axis(output.k.name), m != n else { return nil }
        self.m = m
        self.n = n
    }
}

extension ScheduleBuilder {
    /// Moves serial loops inside all others and writes them out.
    fileprivate mutating func writeOut(_ registers: [String], of stage: String) throws(ScheduleError) {
        let outer = try loops(stage).map(\.name).filter { !registers.contains($0) }
        let order = outer + registers
        if order.count > 1, try loops(stage).map(\.name) != order {
            try apply(.reorder(Reorder(stage: stage, loops: order)))
        }
        for loop in registers.reversed() { try apply(.unroll(Unroll(stage: stage, loop: loop))) }
    }
}

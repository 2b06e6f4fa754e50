import KernelIR

/// Tiles a contraction for a CPU: a tile of rows × vectors in registers, operands packed into panels, panel-major grid.
///
/// The tile of 6 rows × 4 float32x16 vectors keeps 24 accumulators, 4 operands and a broadcast in 32 registers; it ran at
/// 95 % of the fused-multiply-add peak of an AVX-512 core under PoCL. The work-groups of one panel of the right operand
/// run one after the other, so that the panel stays in cache while the left operand's rows stream.
public struct GemmCPU: Sendable, Hashable, Codable {
    /// The register tile; `nil` takes the one that wastes least on the contraction's extents.
    public var tile: RegisterTile?
    /// Iterations of the reduced loop written out.
    public var unroll: Int
    /// Whether the right operand is copied into panels first; `nil` where it is not small with contiguous columns already.
    public var packsRight: Bool?
    /// Whether the left operand is copied first so that the reduced axis is contiguous; `nil` where it is not already.
    public var packsLeft: Bool?
    /// Elements of the reduced axis in one independent part; 0 keeps it whole, `nil` cuts it where it is very long and
    /// columns are lanes.
    public var reductionBlock: Int?
    /// Whether the rows' grid axis runs fastest.
    public var rowsFastest: Bool
    /// Whether results are written past the caches; `nil` where they are large and the reduced axis is short.
    public var streams: Bool?
    /// What the lanes of vectors are.
    public var lanes: Lanes
    /// How maps that join the product compute their functions.
    public var math: MathMode

    /// Neighbours that make a vector.
    public enum Lanes: String, Sendable, Hashable, Codable, CaseIterable {
        /// Terms where rows are few and sums long, columns elsewhere.
        case automatic
        /// Neighbouring columns of the result: the right operand is copied into panels.
        case columns
        /// Neighbouring terms of a sum, where they lie side by side in both operands: nothing is copied.
        case terms
    }

    public init(
        tile: RegisterTile? = nil, unroll: Int = 1, packsRight: Bool? = nil, packsLeft: Bool? = nil,
        reductionBlock: Int? = nil, rowsFastest: Bool = true, streams: Bool? = nil, lanes: Lanes = .automatic,
        math: MathMode = .fast
    ) {
        self.lanes = lanes
        self.math = math
        self.tile = tile
        self.unroll = unroll
        self.packsRight = packsRight
        self.packsLeft = packsLeft
        self.reductionBlock = reductionBlock
        self.rowsFastest = rowsFastest
        self.streams = streams
    }

    /// Reads records from before sums could be lanes and functions be chosen, too.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        tile = try fields.decodeIfPresent(RegisterTile.self, forKey: .tile)
        unroll = try fields.decode(Int.self, forKey: .unroll)
        packsRight = try fields.decodeIfPresent(Bool.self, forKey: .packsRight)
        packsLeft = try fields.decodeIfPresent(Bool.self, forKey: .packsLeft)
        reductionBlock = try fields.decodeIfPresent(Int.self, forKey: .reductionBlock)
        rowsFastest = try fields.decode(Bool.self, forKey: .rowsFastest)
        streams = try fields.decodeIfPresent(Bool.self, forKey: .streams)
        lanes = try fields.decodeIfPresent(Lanes.self, forKey: .lanes) ?? .columns
        math = try fields.decodeIfPresent(MathMode.self, forKey: .math) ?? .exact
    }

    /// Schedules the stage and the copies it needs; the stage must be a contraction with untouched loops.
    public func apply(to builder: inout ScheduleBuilder, stage name: String) throws(ScheduleError) {
        guard case .contraction(let whole) = builder.state.classify(try builder.state.stage(name)) else {
            throw ScheduleError(.illegalDataFlow, "\(name) is no contraction", hint: "a sum of products of two loads")
        }
        if takesTerms(whole, builder.state) { return try innerProducts(whole, &builder, name) }
        let lanes = builder.state.target.vectorWidths.last ?? 1
        let chosen = self.tile ?? .best(rows: whole.m.extent, columns: whole.n.extent, target: builder.state.target)
        let panel = min(chosen.vectors, (whole.n.extent + lanes - 1) / lanes) * lanes
        let rows = min(chosen.rows, whole.m.extent)
        try pack(whole, &builder, name, panel: panel, lanes: lanes)
        var tiled = name
        let block = reductionBlock ?? (whole.k.extent > 8192 ? 512 : 0)
        if block > 0, block < whole.k.extent {
            try builder.apply(.splitReduction(SplitReduction(stage: name, axis: whole.k.name, block: block)))
            try ReductionCPU(math: math).apply(to: &builder, stage: name)
            tiled += ".partial"
        }
        guard case .contraction(let parts) = builder.state.classify(try builder.state.stage(tiled)) else { return }
        try self.makeTiles(parts, &builder, tiled, panel: panel, rows: rows, lanes: lanes)
    }

    /// Copies the operands that want it; one that cannot be copied into panels is read where it is.
    private func pack(
        _ parts: Contraction, _ builder: inout ScheduleBuilder, _ name: String, panel: Int, lanes: Int
    ) throws(ScheduleError) {
        let right = Pack(stage: name, buffer: parts.right.buffer, axis: parts.n.name, width: panel)
        if packsRight ?? !isNear(parts, panel: panel, builder.state), builder.attempt(.pack(right)) {
            try PackCPU().apply(to: &builder, before: name)
        }
        let left = Pack(stage: name, buffer: parts.left.buffer, axis: parts.k.name, width: lanes)
        if packsLeft ?? (builder.state.stride(of: parts.left, along: parts.k.name) != 1),
            builder.attempt(.pack(left))
        {
            try PackCPU().apply(to: &builder, before: name)
        }
    }

    /// Rows of a product below which copying the right operand takes longer than it saves. A tile of 16 registers does a
    /// quarter of the work for each row of the operand that it reads a part of, and each row is a page of its own: there 128
    /// rows took 54 ms where they lay and 32 in panels, the copy included (kernelbench/1/86, two turns of a run on two AVX2 cores).
    private static func fewRows(_ target: TargetProfile) -> Int { target.hasFewRegisters ? 64 : 448 }

    /// Whether the right operand's rows are vectors already, and either all of it is at most four times the first cache, so
    /// that a launch takes longer than it saves, or a panel of it stays in the second and few rows read it.
    private func isNear(_ parts: Contraction, panel: Int, _ state: ScheduleState) -> Bool {
        guard state.stride(of: parts.right, along: parts.n.name) == 1 else { return false }
        let panelBytes = 4 * parts.k.extent * panel
        return 4 * parts.k.extent * parts.n.extent <= 4 * state.target.l1Bytes
            || parts.m.extent <= Self.fewRows(state.target) && panelBytes <= state.target.l2Bytes / 4
    }

    private func makeTiles(
        _ parts: Contraction, _ builder: inout ScheduleBuilder, _ name: String, panel: Int, rows: Int, lanes: Int
    ) throws(ScheduleError) {
        try builder.chooseMath(math, of: name)
        let m = try builder.tile(parts.m.name, of: name, by: rows)
        let n = try builder.split(parts.n.name, of: name, by: panel)
        let vector = try builder.split(n.inner, of: name, by: lanes)
        let unroll = min(self.unroll, parts.k.extent)
        let k = try builder.tile(parts.k.name, of: name, by: unroll)
        let outer = rowsFastest ? [n.outer, m.outer] : [m.outer, n.outer]
        let grid = parts.batch.map(\.name) + outer.compactMap { $0 }
        let registers = [k.inner, m.inner, vector.outer].compactMap { $0 }
        let order = grid + [k.outer].compactMap { $0 } + registers + [vector.inner]
        try builder.apply(.reorder(Reorder(stage: name, loops: order)))
        try builder.apply(.vectorize(Vectorize(stage: name, loop: vector.inner, gather: true)))
        for loop in registers.reversed() { try builder.apply(.unroll(Unroll(stage: name, loop: loop))) }
        try builder.bindGrid(name, count: grid.count)
        let results = (parts.batch + [parts.m, parts.n]).reduce(4) { $0 * $1.extent }
        let isLarge = results > builder.state.target.l3Bytes / 2
        if streams ?? (isLarge && parts.k.extent <= 128) { try builder.apply(.stream(Stream(stage: name))) }
    }
}

extension ScheduleBuilder {
    /// Splits a loop by `factor`; without an inner loop for 1, without an outer one for the whole extent.
    fileprivate mutating func tile(
        _ loop: String, of stage: String, by factor: Int
    ) throws(ScheduleError) -> (outer: String?, inner: String?) {
        guard factor > 1 else { return (loop, nil) }
        return try split(loop, of: stage, by: factor)
    }

    /// Spreads the outermost `count` loops over work-groups, or all but the innermost of them where a tile is little work.
    ///
    /// A group takes some 35 cycles to start with PoCL 3.1, as long as a tile of 70 multiply-adds, and groups in a row share
    /// what a loop computes once. A depthwise convolution of 3 × 3 taps took 11.7 ms tile by tile and 10.4 row by row
    /// (by a probe that is not kept).
    ///
    /// - Parameter operations: those on vectors in one iteration of the innermost of these loops.
    mutating func bindGrid(_ stage: String, count: Int, operations: Int) throws(ScheduleError) {
        let left = try loops(stage).prefix(count).dropLast().reduce(1) { $0 * $1.extent }
        let isLittle = count > 1 && operations < 512 && left >= 16 * state.target.cores
        try bindGrid(stage, count: isLittle ? count - 1 : count)
    }

    /// Spreads the outermost `count` loops over work-groups; more than three are fused first.
    mutating func bindGrid(_ stage: String, count: Int) throws(ScheduleError) {
        var count = count
        while count > 3 {
            let loops = try loops(stage)
            try apply(.fuse(Fuse(stage: stage, outer: loops[0].name, inner: loops[1].name)))
            count -= 1
        }
        for position in 0..<count {
            try apply(.bind(Bind(stage: stage, loop: try loops(stage)[position].name)))
        }
    }
}

import KernelIR

/// Schedules a reduction of its own for a CPU: vectors along whichever axis is contiguous, several accumulators.
///
/// Few long reductions are cut into blocks that run in parallel. Rows take lanes along the reduced axis and combine them
/// at the end; columns keep a register tile of neighbouring results and sweep the reduced axis.
public struct ReductionCPU: Sendable, Hashable, Codable {
    /// Independent accumulators of a row.
    public var accumulators: Int
    /// Rows that are walked down together: what they share is read once, and memory is read at as many places; `nil` decides
    /// by their length and number.
    public var rows: Int?
    /// Vectors of neighbouring results in the register tile of columns, shared by the states of a tuple.
    public var columnVectors: Int
    /// Elements of the reduced axis in one parallel part, where there are few results; 0 keeps reductions whole.
    public var block: Int
    public var math: MathMode
    /// Whether windows of several dimensions are reduced one dimension at a time, where that reads less.
    public var separates: Bool
    /// Whether columns ask for the next row, where rows lie far apart: no core sees such a run coming.
    public var prefetches: Bool
    /// Rows that are taken in together where columns are swept in long runs, with their results in the first-level cache;
    /// 0 keeps a tile of results in registers and walks down the rows.
    public var sweptRows: Int

    public init(
        accumulators: Int = 4, columnVectors: Int = 16, block: Int = 65536, math: MathMode = .fast,
        separates: Bool = true, prefetches: Bool = true, sweptRows: Int = 8, rows: Int? = nil
    ) {
        self.rows = rows
        self.prefetches = prefetches
        self.sweptRows = sweptRows
        self.accumulators = accumulators
        self.columnVectors = columnVectors
        self.block = block
        self.math = math
        self.separates = separates
    }

    /// Reads records from before windows were separated, rows prefetched, swept and walked together, too.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        accumulators = try fields.decode(Int.self, forKey: .accumulators)
        columnVectors = try fields.decode(Int.self, forKey: .columnVectors)
        block = try fields.decode(Int.self, forKey: .block)
        math = try fields.decode(MathMode.self, forKey: .math)
        separates = try fields.decodeIfPresent(Bool.self, forKey: .separates) ?? false
        prefetches = try fields.decodeIfPresent(Bool.self, forKey: .prefetches) ?? false
        sweptRows = try fields.decodeIfPresent(Int.self, forKey: .sweptRows) ?? 0
        rows = try fields.decodeIfPresent(Int.self, forKey: .rows)
    }

    /// Schedules the stage; its loops must be untouched.
    public func apply(to builder: inout ScheduleBuilder, stage name: String) throws(ScheduleError) {
        let stage = try builder.state.stage(name)
        if separates, separateWindows(of: stage, &builder) { return }
        try builder.apply(.math(Math(stage: name, mode: math)))
        let results = stage.axes.reduce(1) { $0 * $1.extent }
        let elements = stage.reduceAxes.reduce(results) { $0 * $1.extent }
        let isColumn = builder.state.classify(stage) == .column
        let lanes = builder.state.target.vectorWidths.last ?? 1
        let groups = isColumn ? results / (lanes * tileVectors(stage)) : results
        if block > 0, groups < 2 * builder.state.target.cores, elements > 1 << 16, let axis = stage.reduceAxes.last,
            try cut(axis, of: name, isColumn: isColumn, groups: groups, &builder)
        {
            return
        }
        try isColumn ? columns(stage, &builder) : rows(stage, &builder)
    }

    /// Cuts a long reduction into parallel parts; says whether it did.
    private func cut(
        _ axis: Axis, of name: String, isColumn: Bool, groups: Int, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) -> Bool {
        let wanted = 8 * builder.state.target.cores / max(1, groups)
        let block = min(self.block, max(isColumn ? 16 : 4096, axis.extent / max(2, wanted)))
        guard block * 2 <= axis.extent else { return false }
        try builder.apply(.math(Math(stage: name, mode: .exact)))
        guard builder.attempt(.splitReduction(SplitReduction(stage: name, axis: axis.name, block: block))) else {
            return false
        }
        let whole = ReductionCPU(
            accumulators: accumulators, columnVectors: columnVectors, block: 0, math: math, separates: separates,
            prefetches: prefetches, sweptRows: sweptRows, rows: rows)
        try whole.apply(to: &builder, stage: name + ".partial")
        try whole.apply(to: &builder, stage: name)
        return true
    }

    func tileVectors(_ stage: Stage) -> Int { max(1, columnVectors / (stage.monoid?.states.count ?? 1)) }

    private func rows(_ stage: Stage, _ builder: inout ScheduleBuilder) throws(ScheduleError) {
        try builder.vectorizedRows(of: stage.name, accumulators: accumulators)
        walkTogether(stage, &builder)
        let spatial = try builder.loops(stage.name).prefix { !$0.isReduction && $0.kind == .serial }.count
        try builder.bindGrid(stage.name, count: spatial)
    }

    /// Takes `rows` neighbours in registers, inside the loop over vectors; nothing changes where that is not legal.
    private func walkTogether(_ stage: Stage, _ builder: inout ScheduleBuilder) {
        guard let axis = stage.axes.last(where: { $0.extent > 1 }) else { return }
        let rows = self.rows ?? rowsTogether(stage, axis, builder.state.target)
        var together = builder
        guard rows > 1, axis.extent > rows, (try? walk(axis, rows, of: stage.name, &together)) != nil else { return }
        builder = together
    }

    /// Several where rows are long, and enough for all cores; more where they read something in common.
    private func rowsTogether(_ stage: Stage, _ axis: Axis, _ target: TargetProfile) -> Int {
        let results = stage.axes.reduce(1) { $0 * $1.extent }
        let shares = stage.loads.contains { load in !load.uses(axis) && stage.reduceAxes.contains { load.uses($0) } }
        let rows = shares ? 8 : 4
        return (stage.reduceAxes.last?.extent ?? 0) >= 1024 && results >= 2 * target.cores * rows ? rows : 1
    }

    private func walk(
        _ axis: Axis, _ rows: Int, of stage: String, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        let taken = try builder.split(axis.name, of: stage, by: rows).inner
        let loops = try builder.loops(stage).filter { $0.name != taken }
        let walked = loops.prefix { $0.kind == .serial }.map(\.name)
        let order = walked + [taken] + loops.dropFirst(walked.count).map(\.name)
        try builder.apply(.reorder(Reorder(stage: stage, loops: order)))
        try builder.apply(.unroll(Unroll(stage: stage, loop: taken)))
    }

    private func columns(_ stage: Stage, _ builder: inout ScheduleBuilder) throws(ScheduleError) {
        guard let last = stage.axes.last else { return }
        if try sweep(stage, &builder) { return }
        let outer = stage.axes.dropLast().map(\.name)
        let grid = try builder.columnTile(of: stage.name, last.name, vectors: tileVectors(stage))
        let steps = stage.reduceAxes.reduce(1) { $0 * $1.extent }
        try builder.bindGrid(
            stage.name, count: outer.count + (grid ? 1 : 0),
            operations: steps * tileVectors(stage) * (stage.monoid?.states.count ?? 1))
        try prefetch(stage, &builder)
    }

    /// Asks for the next row of columns where many rows lie far apart.
    private func prefetch(_ stage: Stage, _ builder: inout ScheduleBuilder) throws(ScheduleError) {
        guard prefetches, let axis = stage.reduceAxes.last, axis.extent >= Self.manyRows else { return }
        let distances = stage.body.flatMap(\.loads).compactMap { builder.state.stride(of: $0, along: axis.name) }
        guard distances.contains(where: { 4 * abs($0) >= Self.farBytes }) else { return }
        builder.attempt(.prefetch(Prefetch(stage: stage.name, loop: axis.name)))
    }

    private static let manyRows = 32
    /// A row that begins this far behind the one before is beyond what prefetchers of cores follow.
    private static let farBytes = 2048
}

extension ScheduleBuilder {
    /// Lanes and accumulators along the innermost reduced loop.
    mutating func vectorizedRows(of stage: String, accumulators: Int) throws(ScheduleError) {
        var lanes = state.target.vectorWidths.last ?? 1
        guard var reduced = try loops(stage).last(where: \.isReduction), reduced.extent >= lanes,
            try loops(stage).last?.name == reduced.name
        else { return }
        // Within a period, neighbours along the loop are neighbours in memory.
        if let period = state.period(of: reduced.name, in: try state.stage(stage)), period < reduced.extent,
            reduced.extent % period == 0,
            let width = state.target.vectorWidths.last(where: {
                // A last vector that is not full costs less than narrow ones do, where periods are long.
                $0 >= 4 && (period % $0 == 0 || period >= 4 * $0)
            })
        {
            lanes = width
            let inner = try split(reduced.name, of: stage, by: period).inner
            reduced = try state.loop(inner, of: stage).loop
        }
        let vector = try split(reduced.name, of: stage, by: lanes)
        guard attempt(.vectorize(Vectorize(stage: stage, loop: vector.inner, gather: true))) else { return }
        guard let outer = vector.outer, accumulators > 1 else { return }
        let steps = try state.loop(outer, of: stage).loop.extent
        let count = min(accumulators, steps)
        if count > 1 { attempt(.accumulators(Accumulators(stage: stage, loop: outer, count: count))) }
    }

    /// A register tile of `vectors` neighbouring vectors of results inside the reduced loops; rows shorter than the widest
    /// vector take the widest that they fill, and those that fill none stay whole.
    ///
    /// - Returns: whether a loop over tiles is left outside.
    mutating func columnTile(of stage: String, _ loop: String, vectors: Int) throws(ScheduleError) -> Bool {
        let extent = try state.loop(loop, of: stage).loop.extent
        guard let lanes = state.target.vectorWidths.last(where: { $0 <= extent }) else { return false }
        // Tiles of equal width: of 15 vectors for 16, two would be computed and the second one thrown away.
        let needed = (extent + lanes - 1) / lanes
        let tiles = (needed + vectors - 1) / vectors
        let copies = (needed + tiles - 1) / tiles
        let tile = try split(loop, of: stage, by: lanes * copies)
        let vector = try split(tile.inner, of: stage, by: lanes)
        let reduced = try loops(stage).filter(\.isReduction).map(\.name)
        let order = [tile.outer].compactMap { $0 } + reduced + [vector.outer].compactMap { $0 } + [vector.inner]
        try apply(.reorder(Reorder(stage: stage, loops: order)))
        try apply(.vectorize(Vectorize(stage: stage, loop: vector.inner, gather: true)))
        if let outer = vector.outer { try apply(.unroll(Unroll(stage: stage, loop: outer))) }
        return tile.outer != nil
    }
}

extension ReductionCPU {
    /// Schedules a reduction that may be fused from blocks: the blocks' loop is what is cut in parallel parts.
    func apply(
        to builder: inout ScheduleBuilder, perhapsFused name: String
    ) throws(ScheduleError) {
        let hasBlocks = builder.state.program.stages.contains { $0.name.hasPrefix(name + ".block") }
        guard hasBlocks else { return try apply(to: &builder, stage: name) }
        let stage = try builder.state.stage(name)
        guard let axis = stage.reduceAxes.last else { return }
        let parts = max(2, axis.extent / (4 * builder.state.target.cores))
        var carrier = name
        if parts < axis.extent,
            builder.attempt(.splitReduction(SplitReduction(stage: name, axis: axis.name, block: parts)))
        {
            carrier = name + ".partial"
        }
        let spatial = try builder.loops(carrier).prefix { !$0.isReduction }.count
        try builder.bindGrid(carrier, count: spatial)
        guard let loop = try builder.loops(carrier).last(where: \.isReduction) else { return }
        for block in builder.state.program.stages.map(\.name).filter({ $0.hasPrefix(name + ".block") }).reversed() {
            try builder.apply(.attach(Attach(stage: block, to: carrier, loop: loop.name)))
            try builder.apply(.math(Math(stage: block, mode: math)))
            try builder.vectorizedRows(of: block, accumulators: accumulators)
        }
    }
}

import KernelIR

/// Schedules an element-wise stage together with the reductions whose results it reads: softmax and norms.
///
/// The axes the results depend on become the grid, and the reductions are computed inside it, so that a row is read from
/// memory once and from the caches after that. With a block, pairs of reductions are fused by law and sweep the row once.
/// Where the reduced axis is not the contiguous one, a chunk of columns takes the place of the row. Few long rows are cut
/// in blocks that run in parallel, with the reductions as launches of their own.
public struct NormalizationCPU: Sendable, Hashable, Codable {
    /// Elements of one block of fused reductions; 0 keeps them apart, `nil` suits the law.
    public var block: Int?
    public var accumulators: Int
    /// Elements that short rows of one work-group have together, at most: a group costs as much to start as some dozens.
    public var groupElements: Int
    /// Columns of one work-group, where results lie next to each other.
    public var columns: Int
    /// Elements of a row that one work-group handles where there are few rows.
    public var chunk: Int
    public var math: MathMode
    /// Whether results are written past the caches, where rows begin at vectors.
    public var streams: Bool
    /// Whether the row's second sweep runs backwards, where it reads the row itself.
    public var reverses: Bool
    /// Whether the second sweep asks for the next row, where two of them fit the second-level cache: else memory is read
    /// in the first sweep and written in the second, one after the other.
    public var prefetches: Bool
    /// Whether reductions are scheduled together with the reductions whose results they read, too.
    public var joinsReductions: Bool
    /// Whether elementary functions that both the row's last sweep and a reduction need are computed once and kept, where
    /// the row fits the second-level cache twice: softmax with one exponential an element instead of two.
    public var keepsFunctions: Bool
    /// Whether what is the same all along a row, as the reciprocal of a divisor is, is computed as the row's reductions are
    /// finished.
    public var hoists: Bool

    public init(
        block: Int? = nil, accumulators: Int = 4, columns: Int = 256, chunk: Int = 16384, math: MathMode = .fast,
        streams: Bool = true, reverses: Bool = true, prefetches: Bool = true, joinsReductions: Bool = true,
        keepsFunctions: Bool = true, groupElements: Int = 2048, hoists: Bool = true
    ) {
        self.hoists = hoists
        self.joinsReductions = joinsReductions
        self.keepsFunctions = keepsFunctions
        self.groupElements = groupElements
        self.prefetches = prefetches
        self.block = block
        self.accumulators = accumulators
        self.columns = columns
        self.chunk = chunk
        self.math = math
        self.streams = streams
        self.reverses = reverses
    }

    /// Reads records from before rows were prefetched, reductions joined and functions kept, too.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        block = try fields.decodeIfPresent(Int.self, forKey: .block)
        accumulators = try fields.decode(Int.self, forKey: .accumulators)
        columns = try fields.decode(Int.self, forKey: .columns)
        chunk = try fields.decode(Int.self, forKey: .chunk)
        math = try fields.decode(MathMode.self, forKey: .math)
        streams = try fields.decode(Bool.self, forKey: .streams)
        reverses = try fields.decode(Bool.self, forKey: .reverses)
        prefetches = try fields.decodeIfPresent(Bool.self, forKey: .prefetches) ?? false
        joinsReductions = try fields.decodeIfPresent(Bool.self, forKey: .joinsReductions) ?? false
        keepsFunctions = try fields.decodeIfPresent(Bool.self, forKey: .keepsFunctions) ?? false
        groupElements = try fields.decodeIfPresent(Int.self, forKey: .groupElements) ?? 0
        hoists = try fields.decodeIfPresent(Bool.self, forKey: .hoists) ?? false
    }

    /// Schedules the map stage and its reductions; their loops must be untouched.
    public func apply(to builder: inout ScheduleBuilder, stage name: String) throws(ScheduleError) {
        if hoists { hoist(name, &builder) }
        let stage = try builder.state.stage(name)
        let reductions = builder.state.reductions(behind: stage)
        let shared = builder.state.axes(of: stage, shared: reductions)
        let rowCount = shared.reduce(1) { $0 * $1.extent }
        let elements = stage.axes.reduce(1) { $0 * $1.extent }
        let isColumn = shared.last != nil && shared.last == stage.axes.last
        let cores = builder.state.target.cores
        if !isColumn, shared.isEmpty || rowCount < 4 * cores && elements / max(1, rowCount) > 8 * chunk {
            return try fewRows(&builder, stage, reductions)
        }
        let lanes = builder.state.target.vectorWidths.last ?? 1
        let kept = isColumn ? [] : keep(stage, reductions, elements: elements / max(1, rowCount), &builder)
        try builder.apply(.math(Math(stage: name, mode: math)))
        if streams, isColumn || (stage.axes.last?.extent ?? 1) % lanes == 0 {
            try builder.apply(.stream(Stream(stage: name)))
        }
        if isColumn {
            try columns(&builder, stage, shared, reductions)
        } else {
            try rows(&builder, stage, shared, reductions, kept: kept)
        }
    }

    /// The reductions as launches of their own, cut in parallel parts; then a streaming stage.
    private func fewRows(
        _ builder: inout ScheduleBuilder, _ stage: Stage, _ reductions: [Stage]
    ) throws(ScheduleError) {
        for reduction in fuse(reductions, &builder) {
            try ReductionCPU(accumulators: accumulators, block: chunk, math: math)
                .apply(to: &builder, perhapsFused: reduction)
        }
        try StreamingCPU(math: math, streams: streams).apply(to: &builder, stage: stage.name)
    }

    private func rows(
        _ builder: inout ScheduleBuilder, _ stage: Stage, _ shared: [Axis], _ reductions: [Stage], kept: [String]
    ) throws(ScheduleError) {
        let name = stage.name
        let inner = stage.axes.filter { !shared.contains($0) }
        let fused = fuse(reductions, &builder)
        if stage.axes.count > 1 {
            try builder.apply(.reorder(Reorder(stage: name, loops: (shared + inner).map(\.name))))
        }
        let elements = inner.reduce(1) { $0 * $1.extent }
        guard let row = try rowLoop(of: name, shared, elements: elements, &builder) else { return }
        for part in builder.state.program.stages.map(\.name).filter((fused + kept).contains).reversed() {
            try builder.apply(.attach(Attach(stage: part, to: name, loop: row)))
            guard kept.contains(part) else {
                try builder.attachBlocks(of: part, accumulators: accumulators)
                continue
            }
            try builder.apply(.math(Math(stage: part, mode: math)))
            if let last = try builder.loops(part).last { try builder.vectorize(last.name, of: part, unroll: 2) }
        }
        if let last = inner.last, last == stage.axes.last, last.extent >= 16 {
            try builder.vectorize(last.name, of: name, unroll: 2)
        }
        // What is kept is in the caches whichever way it is read.
        if reverses, kept.isEmpty {
            for loop in try builder.loops(name) where loop.kind == .serial && loop.name != row {
                try builder.apply(.reverse(Reverse(stage: name, loop: loop.name)))
            }
        }
        prefetch(row, of: kept.first ?? name, elements: elements, &builder)
    }

    /// Binds the loops over rows to groups, and returns the innermost of them, a group's own where short rows share one.
    private func rowLoop(
        of name: String, _ rows: [Axis], elements: Int, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) -> String? {
        let count = rows.reduce(1) { $0 * $1.extent }
        let most = min(groupElements / max(1, elements), count / (8 * builder.state.target.cores))
        if let last = rows.last, let share = (1...max(1, most)).last(where: { last.extent % $0 == 0 }), share > 1 {
            let parts = try builder.split(last.name, of: name, by: share)
            try builder.bindGrid(name, count: rows.count - (parts.outer == nil ? 1 : 0))
            return parts.inner
        }
        try builder.bindGrid(name, count: rows.count)
        return try builder.loops(name).last { $0.kind == .grid }?.name
    }

    /// Computes what is the same along each row as the row's reductions are finished, where that is legal.
    private func hoist(_ name: String, _ builder: inout ScheduleBuilder) {
        while true {
            let before = Set(builder.state.program.stages.map(\.name))
            var attempt = builder
            guard let map = builder.state.program.stage(name), attempt.attempt(.hoist(Hoist(stage: name))),
                let invariant = attempt.state.program.stages.first(where: { !before.contains($0.name) }),
                builder.state.reductions(behind: map).reversed().contains(where: { reduction in
                    attempt.attempt(.epilogue(Epilogue(stage: invariant.name, into: reduction.name)))
                })
            else { return }
            builder = attempt
        }
    }

    /// Makes maps of the elementary functions that the stage and its reductions have in common; returns their names.
    private func keep(
        _ stage: Stage, _ reductions: [Stage], elements: Int, _ builder: inout ScheduleBuilder
    ) -> [String] {
        guard keepsFunctions, 8 * elements <= builder.state.target.l2Bytes else { return [] }
        let before = Set(builder.state.program.stages.map(\.name))
        for reduction in reductions where CommonExpression(stage, reduction)?.expression.hasElementaryFunctions == true
        {
            builder.attempt(.extract(Extract(stage: stage.name, with: reduction.name)))
        }
        return builder.state.program.stages.map(\.name).filter { !before.contains($0) }
    }

    /// Asks for the next iteration's operands where those of two fit the second-level cache.
    private func prefetch(_ loop: String, of stage: String, elements: Int, _ builder: inout ScheduleBuilder) {
        guard prefetches, 8 * elements <= builder.state.target.l2Bytes else { return }
        builder.attempt(.prefetch(Prefetch(stage: stage, loop: loop)))
    }

    private func columns(
        _ builder: inout ScheduleBuilder, _ stage: Stage, _ shared: [Axis], _ reductions: [Stage]
    ) throws(ScheduleError) {
        guard let last = shared.last else { return }
        let name = stage.name
        let lanes = builder.state.target.vectorWidths.last ?? 1
        let isWide = last.extent > columns
        let chunk = isWide ? try builder.split(last.name, of: name, by: columns) : (outer: nil, inner: last.name)
        let inner = stage.axes.filter { !shared.contains($0) }.map(\.name)
        let outer = shared.dropLast().map(\.name) + [chunk.outer].compactMap { $0 }
        let order = outer + inner + [chunk.inner]
        if order.count > 1 { try builder.apply(.reorder(Reorder(stage: name, loops: order))) }
        try builder.bindGrid(name, count: outer.count)
        if let carrier = try builder.loops(name).last(where: { $0.kind == .grid }) {
            for reduction in reductions.reversed() {
                try builder.apply(.attach(Attach(stage: reduction.name, to: name, loop: carrier.name)))
                guard let own = try builder.loops(reduction.name).last(where: { !$0.isReduction }) else { continue }
                _ = try builder.columnTile(of: reduction.name, own.name, vectors: 16)
            }
        }
        if try builder.state.loop(chunk.inner, of: name).loop.extent >= lanes {
            try builder.vectorize(chunk.inner, of: name, unroll: 2)
        }
        guard let carrier = try builder.loops(name).last(where: { $0.kind == .grid }) else { return }
        let swept = stage.axes.filter { !shared.contains($0) }.reduce(1) { $0 * $1.extent }
        prefetch(carrier.name, of: name, elements: swept * min(columns, last.extent), &builder)
    }

    /// Fuses neighbouring reductions where a law allows it; returns the names of the stages that are left.
    func fuse(_ reductions: [Stage], _ builder: inout ScheduleBuilder) -> [String] {
        var names = reductions.map(\.name)
        guard block != 0 else { return names }
        for (first, second) in zip(reductions, reductions.dropFirst()) {
            // Exponentials are dear, so blocks of a log-sum-exp should sit in the first-level cache; a mean is cheap.
            let length = block ?? (first.monoid == .maximumNumber() ? 256 : 4096)
            // Blocks that straddle what is constant over a period would read it lane by lane.
            guard [first, second].allSatisfy({ builder.state.repeats($0, by: length) }) else { continue }
            let action = FuseReductions(first: first.name, second: second.name, block: length)
            if builder.attempt(.fuseReductions(action)) { names.removeAll { $0 == first.name } }
        }
        return names
    }
}

extension ScheduleState {
    /// The reductions whose results a stage reads, also through other reductions, in program order; without products, which
    /// are kernels of their own, and reductions that the program hands out.
    func reductions(behind stage: Stage) -> [Stage] {
        var wanted: Set<String> = []
        var pending = [stage]
        while let next = pending.popLast() {
            for load in next.loads {
                guard let producer = program.producer(of: load.buffer), isPlain(producer),
                    wanted.insert(producer.name).inserted
                else { continue }
                pending.append(producer)
            }
        }
        return program.stages.filter { wanted.contains($0.name) }
    }

    /// Whether blocks of the last reduced axis keep within the periods of what a stage reads.
    fileprivate func repeats(_ stage: Stage, by length: Int) -> Bool {
        guard let axis = stage.reduceAxes.last, let period = period(of: axis.name, in: stage), period < axis.extent
        else {
            return true
        }
        return period % length == 0
    }

    /// Whether a stage is a reduction that may be computed beside its reader.
    private func isPlain(_ stage: Stage) -> Bool {
        stage.isReduction && !stage.isRecurrent && !isProduct(stage)
            && stage.outputs.allSatisfy { program.buffer($0)?.role == .temporary }
    }

    /// The axes of a stage that its reductions' results depend on, in order.
    func axes(of stage: Stage, shared reductions: [Stage]) -> [Axis] {
        let outputs = Set(reductions.flatMap(\.outputs))
        let used = stage.loads.filter { outputs.contains($0.buffer) }.flatMap { $0.indices.flatMap(\.axes) }
        return stage.axes.filter { used.contains($0.name) }
    }
}

extension ScheduleBuilder {
    /// Lanes for a row reduction; one fused from blocks gets its block stages attached and vectorized.
    mutating func attachBlocks(of reduction: String, accumulators: Int) throws(ScheduleError) {
        let blocks = state.program.stages.map(\.name).filter { $0.hasPrefix(reduction + ".block") }
        guard !blocks.isEmpty, let loop = try loops(reduction).last(where: \.isReduction) else {
            return try vectorizedRows(of: reduction, accumulators: accumulators)
        }
        for block in blocks.reversed() {
            try apply(.attach(Attach(stage: block, to: reduction, loop: loop.name)))
            try apply(.math(Math(stage: block, mode: .fast)))
            try vectorizedRows(of: block, accumulators: accumulators)
        }
    }
}

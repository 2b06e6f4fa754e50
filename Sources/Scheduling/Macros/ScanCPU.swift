import KernelIR

/// Schedules a scan for a CPU: vectors along whichever axis is contiguous, states in registers.
///
/// Along the contiguous axis a vector is scanned in log₂ steps and takes in what came before it at the end, so that one
/// addition is all that successive vectors wait for. Across it, neighbouring scans are lanes. Few long scans are cut into
/// blocks that run in parallel.
public struct ScanCPU: Sendable, Hashable, Codable {
    /// Scans along the contiguous axis whose vectors take turns, at most: fewer where some cores would have none.
    public var rows: Int
    /// Vectors of neighbouring scans in the register tile of columns.
    public var columnVectors: Int
    /// Elements of a block where there are few scans; 0 keeps them whole.
    public var block: Int
    public var math: MathMode
    /// Whether results are written past the caches.
    public var streams: Bool

    public init(
        rows: Int = 4, columnVectors: Int = 4, block: Int = 16384, math: MathMode = .fast, streams: Bool = true
    ) {
        self.rows = rows
        self.columnVectors = columnVectors
        self.block = block
        self.math = math
        self.streams = streams
    }

    /// Schedules the stage; its loops must be untouched.
    public func apply(to builder: inout ScheduleBuilder, stage name: String) throws(ScheduleError) {
        let stage = try builder.state.stage(name)
        guard let sweep = stage.sweep, let axis = stage.axes.first(where: { $0.name == sweep.axis }) else {
            throw ScheduleError(.illegalDataFlow, "\(name) is no scan", hint: "give reductions to ReductionCPU")
        }
        let isColumn = axis != stage.axes.last
        let lanes = builder.state.target.vectorWidths.last ?? 1
        let scans = stage.axes.reduce(1) { $0 * $1.extent } / axis.extent
        let groups = isColumn ? scans / (lanes * columnVectors) : scans / turns(scans, builder.state.target)
        if sweep.block == nil, block > 0, groups < 2 * builder.state.target.cores, axis.extent >= 2 * block {
            try builder.apply(.scanBlock(ScanBlock(stage: name, axis: axis.name, block: block)))
            try ReductionCPU(math: math).apply(to: &builder, stage: name + ".total")
            try apply(to: &builder, stage: name + ".carry")
        }
        try builder.apply(.math(Math(stage: name, mode: math)))
        if streams { try builder.apply(.stream(Stream(stage: name))) }
        try isColumn ? columns(stage, &builder) : vectors(stage, &builder)
    }

    /// How many of so many scans take turns in a work-group.
    private func turns(_ scans: Int, _ target: TargetProfile) -> Int {
        min(rows, max(1, scans / (2 * target.cores)))
    }

    /// Lanes along the scanned axis, which is the last one.
    private func vectors(_ stage: Stage, _ builder: inout ScheduleBuilder) throws(ScheduleError) {
        let name = stage.name
        let lanes = builder.state.target.vectorWidths.last ?? 1
        guard let walk = try builder.loops(name).last else { return }
        var vector: (outer: String?, inner: String)?
        if walk.extent >= lanes {
            let parts = try builder.split(walk.name, of: name, by: lanes)
            try builder.apply(.vectorize(Vectorize(stage: name, loop: parts.inner, gather: true)))
            vector = parts
        }
        let spatial = try builder.loops(name).filter { !$0.isScan }
        guard let row = spatial.last else { return }
        var grid = spatial.count
        let scans = spatial.reduce(1) { $0 * $1.extent }
        let turns = min(turns(scans, builder.state.target), row.extent)
        if turns > 1, let vector, let outer = vector.outer {
            let tile = try builder.split(row.name, of: name, by: turns)
            try builder.apply(.reorder(Reorder(stage: name, loops: [outer, tile.inner])))
            try builder.apply(.unroll(Unroll(stage: name, loop: tile.inner)))
            if tile.outer == nil { grid -= 1 }
        } else {
            // Short scans share a work-group, which costs as much to start as some hundred elements.
            let group = min(row.extent, max(1, 16384 / walk.extent))
            if group > 1, try builder.split(row.name, of: name, by: group).outer == nil { grid -= 1 }
        }
        try builder.bindGrid(name, count: grid)
    }

    /// Lanes across the scanned axis, which is not the last one.
    private func columns(_ stage: Stage, _ builder: inout ScheduleBuilder) throws(ScheduleError) {
        guard let last = stage.axes.last else { return }
        let name = stage.name
        let lanes = builder.state.target.vectorWidths.last ?? 1
        let walks = try builder.loops(name).filter(\.isScan).map(\.name)
        var inner: [String] = []
        if last.extent >= lanes {
            let copies = min(columnVectors, last.extent / lanes)
            let tile = try builder.split(last.name, of: name, by: lanes * copies)
            let vector = try builder.split(tile.inner, of: name, by: lanes)
            inner = [vector.outer, vector.inner].compactMap { $0 }
        }
        let outer = try builder.loops(name).map(\.name).filter { !walks.contains($0) && !inner.contains($0) }
        try builder.apply(.reorder(Reorder(stage: name, loops: outer + walks + inner)))
        if let lane = inner.last {
            try builder.apply(.vectorize(Vectorize(stage: name, loop: lane, gather: true)))
            for loop in inner.dropLast() { try builder.apply(.unroll(Unroll(stage: name, loop: loop))) }
        }
        try builder.bindGrid(name, count: outer.count)
    }
}

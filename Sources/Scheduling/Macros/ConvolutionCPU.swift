import KernelIR

/// Tiles a convolution for a CPU: some output channels × neighbouring results in registers, walked over channels and
/// windows.
///
/// Each loaded vector of the input serves every channel of the tile, each broadcast weight every vector. Work-groups of one
/// stretch of results run one after the other over the channels, so that the input stays in cache.
public struct ConvolutionCPU: Sendable, Hashable, Codable {
    /// The register tile; `nil` takes the one that wastes least on the extents.
    public var tile: RegisterTile?
    /// Whether the weights are copied first so that a tile's channels lie together.
    public var packsWeights: Bool
    /// Whether the channels' grid axis runs fastest.
    public var channelsFastest: Bool

    public init(tile: RegisterTile? = nil, packsWeights: Bool = true, channelsFastest: Bool = true) {
        self.tile = tile
        self.packsWeights = packsWeights
        self.channelsFastest = channelsFastest
    }

    /// Schedules the stage and the copy it needs; its loops must be untouched.
    public func apply(to builder: inout ScheduleBuilder, stage name: String) throws(ScheduleError) {
        guard case .convolution(let parts) = builder.state.classify(try builder.state.stage(name)) else {
            throw ScheduleError(.illegalDataFlow, "\(name) is no convolution", hint: "products summed over windows")
        }
        let widths = builder.state.target.vectorWidths.filter { $0 <= parts.n.extent }
        guard let lanes = widths.last else { return try ReductionCPU().apply(to: &builder, stage: name) }
        let chosen = tile ?? .best(rows: parts.m.extent, columns: parts.n.extent, lanes: lanes)
        let rows = min(chosen.rows, parts.m.extent)
        let panel = min(chosen.vectors, (parts.n.extent + lanes - 1) / lanes) * lanes
        if packsWeights, rows > 1 {
            let pack = Pack(stage: name, buffer: parts.weights.buffer, axis: parts.m.name, width: rows)
            if builder.attempt(.pack(pack)) { try PackCPU().apply(to: &builder, before: name) }
        }
        let channels =
            rows > 1 ? try builder.split(parts.m.name, of: name, by: rows) : (outer: parts.m.name, inner: parts.m.name)
        let results = try builder.split(parts.n.name, of: name, by: panel)
        let vector = try builder.split(results.inner, of: name, by: lanes)
        let reduced = try builder.loops(name).filter(\.isReduction).map(\.name)
        let outer = channelsFastest ? [results.outer, channels.outer] : [channels.outer, results.outer]
        let grid = parts.batch.map(\.name) + outer.compactMap { $0 }
        let registers = (rows > 1 ? [channels.inner] : []) + [vector.outer].compactMap { $0 }
        try builder.apply(
            .reorder(Reorder(stage: name, loops: grid + reduced + registers + [vector.inner])))
        try builder.apply(.vectorize(Vectorize(stage: name, loop: vector.inner, gather: true)))
        for loop in registers.reversed() { try builder.apply(.unroll(Unroll(stage: name, loop: loop))) }
        try builder.bindGrid(name, count: grid.count)
    }
}

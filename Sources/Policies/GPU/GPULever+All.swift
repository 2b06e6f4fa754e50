import KernelIR
import SIMT
import Scheduling

extension GPULever {
    /// Every lever, the more promising first.
    static let all: [GPULever] = matrices + tile + attention + rows + items

    /// What waits for memory, and what moves bytes.
    private static let waiting: Set<TimingLimit> = [.latency, .barriers]
    private static let bytes: Set<TimingLimit> = [.l2, .dram]
    private static let arithmetic: Set<TimingLimit> = [.issue, .single, .integer, .loadStore, .sharedMemory, .l1]

    private static let matrices = [
        GPULever(
            "tiles of a warp along columns", helps: bytes.union([.sharedMemory, .loadStore]), \.matrices.columnTiles,
            [4, 8, 2]),
        GPULever("warps of a group along rows", helps: bytes.union(waiting), \.matrices.rowWarps, [2, 4, 1]),
        GPULever(
            "copies of matrix operands in turn", helps: waiting.union(bytes), \.matrices.pipelineStages, [3, 2, 4, 1]),
        GPULever(
            "steps of a matrix product staged at a time", helps: waiting.union([.issue, .integer]), \.matrices.depth,
            [32, 64, 16]),
        GPULever(
            "order of blocks of a matrix product", helps: bytes, \.matrices.rasterization,
            [.grouped(8), .hilbert, .grouped(16), nil], text: { $0.map { "\($0)" } ?? "none" }),
    ]

    private static let tile = [
        GPULever(
            tile: "results of a work-item", helps: arithmetic.union(bytes),
            [(8, 8), (8, 16), (4, 8), (4, 4), (16, 8)].map { TileSize(rows: $0, columns: $1) },
            { TileSize(rows: $0.rows, columns: $0.columns) },
            { ($0.rows, $0.columns) = ($1.rows, $1.columns) }),
        GPULever(
            tile: "work-items of a group", helps: bytes.union(waiting),
            [(16, 16), (16, 8), (8, 16), (8, 8), (32, 8)].map { TileSize(rows: $0, columns: $1) },
            { TileSize(rows: $0.rowItems, columns: $0.columnItems) },
            { ($0.rowItems, $0.columnItems) = ($1.rows, $1.columns) }),
        GPULever(
            tile: "copies in turn", helps: waiting, [2, 3, 1, 4], { $0.pipelineStages }, { $0.pipelineStages = $1 }),
        GPULever(
            tile: "steps staged at a time", helps: waiting.union([.issue, .integer]), [16, 8, 32], { $0.depth },
            { $0.depth = $1 }),
        GPULever(
            tile: "steps written out", helps: [.issue, .integer, .single, .loadStore], [4, 16, 8, 2, 1],
            { $0.writtenSteps }, { $0.writtenSteps = $1 }),
        GPULever(
            tile: "layout in shared memory", helps: [.sharedMemory, .loadStore],
            [.padded(4), .swizzled, .padded(1), .plain], { $0.staged }, { $0.staged = $1 }),
        GPULever(
            tile: "rows of a warp", helps: [.sharedMemory, .loadStore], [4, 8, 2, 0], { $0.warpRows },
            { $0.warpRows = $1 }),
        GPULever(
            tile: "columns at once", helps: [.l1, .loadStore, .issue, .sharedMemory], [4, 2, 1], { $0.vector },
            { $0.vector = $1 }),
        GPULever(
            tile: "order of blocks", helps: bytes, [.grouped(8), .hilbert, .grouped(16), nil], { $0.rasterization },
            { $0.rasterization = $1 }),
    ]

    private static let attention = [
        GPULever(
            "queries of a group", helps: arithmetic.union(bytes).union(waiting), \.attention.queries, [16, 8, 32, 0])
    ]

    private static let rows = [
        GPULever(
            "work-items of a row", helps: waiting.union(bytes), \.reductions.rows.items, [256, 128, 512, 1024, 64]),
        GPULever(
            "neighbours loaded at once", helps: bytes.union([.l1, .issue, .latency, .loadStore]),
            \.reductions.rows.elements, [4, 2, 1]),
        GPULever(
            "elements of a part", helps: waiting.union(bytes).union([.launch]), \.reductions.part,
            [4096, 16384, 1024, 65536, 0]),
        GPULever(
            "steps of a product's part", helps: waiting.union(bytes).union([.launch]), \.productPart, [512, 2048, 0]),
        GPULever("rows combined by", helps: [.barriers, .issue], \.reductions.rows.method, [.shuffle, .tree]),
    ]

    private static let items = [
        GPULever("results of a work-item of a map", helps: waiting.union(bytes), \.items.results, [1, 4, 2, 8]),
        GPULever("work-items of a group of a map", helps: waiting, \.items.items, [256, 128, 512]),
        GPULever(
            "factors summed apart", helps: arithmetic.union(bytes), \.factors, [true, false],
            text: { $0 ? "yes" : "no" }),
    ]
}

/// Rows and columns, for a choice of both at once.
private struct TileSize: Hashable, Sendable, CustomStringConvertible {
    var rows: Int
    var columns: Int

    var description: String { "\(rows) by \(columns)" }
}

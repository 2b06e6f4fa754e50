import KernelIR

/// Tiles a product for the matrix instructions of a GPU: a group computes a block of results, each warp of it a part in
/// registers, tile by tile.
///
/// A group stages its rows and columns of the operands in shared memory, some steps of the sum at a time, of which
/// several parts take turns; each operand that a warp has loaded serves a row or a column of its tiles.
public struct MatrixGPU: Sendable, Hashable, Codable {
    /// Warps of a group along rows and along columns.
    public var rowWarps: Int
    public var columnWarps: Int
    /// Tiles of a warp, of 16 rows and of 8 columns.
    public var rowTiles: Int
    public var columnTiles: Int
    /// How operands lie in shared memory; nil reads them from device memory.
    public var staged: StagedLayout?
    /// Steps of the sum whose operands are staged at a time: a multiple of the format's depth, else the next lower one.
    public var depth: Int
    /// Copies of the staged operands that take turns, at most; fewer where the sum is short or shared memory small.
    public var pipelineStages: Int
    /// The order in which groups walk blocks of rows and of columns; nil: columns fastest.
    public var rasterization: Rasterization?
    /// What float32 operands may be rounded to, the best first; none where they may not.
    public var rounding: [MatrixFormat]
    public var math: MathMode

    public init(
        rowWarps: Int = 2, columnWarps: Int = 2, rowTiles: Int = 4, columnTiles: Int = 4,
        staged: StagedLayout? = .swizzled, depth: Int = 32, pipelineStages: Int = 3,
        rasterization: Rasterization? = .grouped(8), rounding: [MatrixFormat] = [], math: MathMode = .fast
    ) {
        self.rowWarps = rowWarps
        self.columnWarps = columnWarps
        self.rowTiles = rowTiles
        self.columnTiles = columnTiles
        self.staged = staged
        self.depth = depth
        self.pipelineStages = pipelineStages
        self.rasterization = rasterization
        self.rounding = rounding
        self.math = math
    }

    /// What float32 operands may be rounded to where values may be stored in a 16-bit type: formats that lose no more.
    ///
    /// - Parameter precision: the type of `--precision`; nil where the declared types hold.
    public static func rounding(under precision: DType?) -> [MatrixFormat] {
        switch precision {
        case .float16: [.float16, .tf32]
        case .bfloat16: [.bfloat16, .tf32]
        default: []
        }
    }

    /// Schedules the stage; its loops must be untouched.
    ///
    /// - Throws: `illegalDataFlow` where it is no product in a format of the target, `illegalParameter` where it is
    ///   smaller than a tile; what `stage` throws where an operand cannot be staged, e.g. `tooLarge`.
    public func apply(to builder: inout ScheduleBuilder, stage name: String) throws(ScheduleError) {
        let stage = try builder.state.stage(name)
        guard let product = MatrixProduct(stage), let axes = product.axes(of: stage),
            let format = format(of: product, builder.state)
        else {
            throw ScheduleError(
                .illegalDataFlow, "\(name) is no product in a format of \(builder.state.target.name)",
                hint: "formats: " + builder.state.target.matrixFormats.map(\.rawValue).joined(separator: " "))
        }
        guard axes.rows.extent >= MatrixFormat.rows, axes.columns.extent >= MatrixFormat.columns,
            axes.inner.extent >= format.depth
        else {
            throw ScheduleError(
                .illegalParameter, "\(name) is smaller than a tile of \(format.rawValue)",
                hint: "at least \(MatrixFormat.rows) × \(MatrixFormat.columns) × \(format.depth)")
        }
        try builder.apply(.math(Math(stage: name, mode: math)))
        let rows = try Part(axes.rows, of: name, tile: MatrixFormat.rows, rowTiles, rowWarps, &builder)
        let columns = try Part(axes.columns, of: name, tile: MatrixFormat.columns, columnTiles, columnWarps, &builder)
        let inner = try steps(axes.inner, of: name, format, &builder)
        let others = stage.axes.filter { $0 != axes.rows && $0 != axes.columns }.map(\.name)
        let grid = others + [rows.block, columns.block].compactMap { $0 }
        let items = [rows.warp, columns.warp].compactMap { $0 }
        let reduced = stage.reduceAxes.filter { $0 != axes.inner }.map(\.name) + inner.loops
        let copies = [rows.copies, columns.copies].compactMap { $0 }
        let tile = [rows.tile, columns.tile, inner.tile]
        try builder.apply(.reorder(Reorder(stage: name, loops: grid + items + reduced + copies + tile)))
        try builder.bindGrid(name, count: grid.count)
        for loop in items { try builder.apply(.bind(Bind(stage: name, loop: loop, to: .item))) }
        try builder.apply(
            .matrix(Matrix(stage: name, rows: tile[0], columns: tile[1], inner: tile[2], format: format)))
        for loop in copies.reversed() { try builder.apply(.unroll(Unroll(stage: name, loop: loop))) }
        if let layout = staged, let loop = inner.staged {
            for buffer in product.factors.map(\.buffer).uniqued() where !builder.state.isLocal(buffer) {
                try stageOperand(buffer, of: name, in: loop, layout, &builder)
            }
            takeTurns(in: loop, of: name, &builder)
        }
        if let order = rasterization { builder.attempt(.rasterize(Rasterize(stage: name, order: order))) }
    }

    /// Cuts the sum into parts that are staged, and these into steps of the instruction.
    private func steps(
        _ axis: Axis, of stage: String, _ format: MatrixFormat, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) -> (loops: [String], staged: String?, tile: String) {
        // Shorter parts where the sum has only one: operands are staged in a loop.
        let part = min(depth, axis.extent - 1) / format.depth * format.depth
        guard staged != nil, part > 0 else {
            let steps = try builder.split(axis.name, of: stage, by: format.depth)
            return ([steps.outer].compactMap { $0 }, nil, steps.inner)
        }
        let parts = try builder.split(axis.name, of: stage, by: part)
        let steps = try builder.split(parts.inner, of: stage, by: format.depth)
        return ([parts.outer, steps.outer].compactMap { $0 }, parts.outer, steps.inner)
    }

    /// Copies an operand in the order it has in device memory, as many neighbours at once as can be.
    private func stageOperand(
        _ buffer: String, of stage: String, in loop: String, _ layout: StagedLayout, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        var copy = StageOperand(stage: stage, buffer: buffer, loop: loop, layout: layout)
        for width in [8, 4, 2] {
            copy.vector = width
            if builder.attempt(.stage(copy)) { return }
        }
        copy.vector = 1
        try builder.apply(.stage(copy))
    }

    /// Lets as many parts take turns as the sum has and shared memory holds.
    private func takeTurns(in loop: String, of stage: String, _ builder: inout ScheduleBuilder) {
        for stages in stride(from: pipelineStages, to: 1, by: -1) {
            if builder.attempt(.pipeline(Pipeline(stage: stage, loop: loop, stages: stages))) { return }
        }
    }

    /// This macro, then others for products it is illegal for: with rows that need no whole groups, with operands from
    /// device memory.
    var alternatives: [MatrixGPU] {
        guard staged != nil else { return [self] }
        let layouts: [StagedLayout?] = [.padded(8), nil]
        return [self]
            + layouts.filter { $0 != staged }.map { layout -> MatrixGPU in
                var other = self
                other.staged = layout
                return other
            }
    }

    /// The format that both factors are in, or may be rounded to.
    private func format(of product: MatrixProduct, _ state: ScheduleState) -> MatrixFormat? {
        let types = product.factors.map { state.program.buffer($0.buffer)?.type ?? .float32 }
        let candidates = types.contains(.float32) ? rounding : MatrixFormat.allCases
        return candidates.first { format in
            state.target.matrixFormats.contains(format) && format.accumulates(in: product.sum)
                && types.allSatisfy { format.takes($0) }
        }
    }
}

extension MatrixGPU {
    /// What becomes of an axis: blocks of groups, parts of warps, copies in registers, and places in a tile.
    private struct Part {
        var block: String?
        var warp: String?
        var copies: String?
        var tile: String

        /// Splits the axis; there are no more copies and warps than it has tiles.
        init(
            _ axis: Axis, of stage: String, tile size: Int, _ tiles: Int, _ warps: Int,
            _ builder: inout ScheduleBuilder
        ) throws(ScheduleError) {
            let count = (axis.extent + size - 1) / size
            let tiles = min(tiles, count)
            let warps = min(warps, (count + tiles - 1) / tiles)
            let blocks = try builder.split(axis.name, of: stage, by: size * tiles * warps)
            let parts = try builder.split(blocks.inner, of: stage, by: size * tiles)
            let copies = try builder.split(parts.inner, of: stage, by: size)
            (block, warp, self.copies, tile) = (blocks.outer, parts.outer, copies.outer, copies.inner)
        }
    }
}

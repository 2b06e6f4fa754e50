import KernelIR

/// Tiles a product or a convolution for a GPU: a group computes a block of results, each item a tile of it in
/// registers.
///
/// Each operand that an item loads serves a row or a column of its tile, and one that a group stages in local memory a
/// row or a column of its block. Groups of `vector` columns of a tile lie a group's width apart, so that what
/// neighbouring items load and store lies side by side. The parameters span the kernels of Boehm, "How to Optimize a
/// CUDA Matmul Kernel for cuBLAS-like Performance", 2022, from shared memory over tiles of one and two dimensions,
/// vectors and layouts without bank conflicts to tiles of warps and two copies in turn.
public struct TileGPU: Sendable, Hashable, Codable {
    /// Work-items of a group along rows and along columns.
    public var rowItems: Int
    public var columnItems: Int
    /// Results of an item along rows and along columns.
    public var rows: Int
    public var columns: Int
    /// Neighbouring columns that are loaded and stored at once, where the target has such vectors and they divide
    /// `columns`; else 1.
    public var vector: Int
    /// Rows of work-items in a warp of 32, where they divide `rowItems` and the warp's columns `columnItems`; otherwise
    /// a warp is 32 work-items in a row.
    public var warpRows: Int
    /// How operands lie in local memory whose neighbours there are none in device memory; others lie plainly. Nil reads
    /// all operands from device memory.
    public var staged: StagedLayout?
    /// Steps of the sum whose operands are staged at a time.
    public var depth: Int
    /// Steps of the sum that are written out behind each other, where they divide those that are staged at a time: what
    /// counts and addresses a step then serves so many.
    public var writtenSteps: Int
    /// Copies of the staged operands that take turns, where the sum has enough steps and local memory room; 1: one
    /// copy.
    public var pipelineStages: Int
    /// The order in which groups walk blocks of rows and of columns; nil: columns fastest.
    public var rasterization: Rasterization?
    /// Whether the places of a convolution along its last two axes are the columns, in place of those along the last.
    public var joinsPlaces: Bool
    public var math: MathMode

    public init(
        rowItems: Int = 16, columnItems: Int = 16, rows: Int = 8, columns: Int = 8, vector: Int = 4, warpRows: Int = 4,
        staged: StagedLayout? = .padded(4), depth: Int = 16, writtenSteps: Int = 1, pipelineStages: Int = 1,
        rasterization: Rasterization? = nil, joinsPlaces: Bool = false, math: MathMode = .fast
    ) {
        self.rowItems = rowItems
        self.columnItems = columnItems
        self.rows = rows
        self.columns = columns
        self.vector = vector
        self.warpRows = warpRows
        self.staged = staged
        self.depth = depth
        self.writtenSteps = writtenSteps
        self.pipelineStages = pipelineStages
        self.rasterization = rasterization
        self.joinsPlaces = joinsPlaces
        self.math = math
    }

    /// Schedules the stage; its loops must be untouched.
    ///
    /// - Throws: `illegalDataFlow` where it is no product with rows and columns; what `stage` throws where an operand
    ///   cannot be staged, e.g. `tooLarge`.
    public func apply(to builder: inout ScheduleBuilder, stage name: String) throws(ScheduleError) {
        let stage = try builder.state.stage(name)
        guard let axes = ProductAxes(stage, in: builder.state) else {
            throw ScheduleError(
                .illegalDataFlow, "\(name) has no rows and columns", hint: "products, convolutions of several channels")
        }
        try builder.apply(.math(Math(stage: name, mode: math)))
        let places = joinsPlaces ? axes.places : nil
        if let places { try builder.apply(.fuse(Fuse(stage: name, outer: places.name, inner: axes.n.name))) }
        let columns = places.map { "\($0.name)_\(axes.n.name)" } ?? axes.n.name
        let extent = axes.n.extent * (places?.extent ?? 1)
        let outer = axes.batch.filter { $0 != places }.map(\.name)
        let tile = fitted(axes.m.extent, extent, builder.state.target)
        let steps = try tile.split(stage, rows: axes.m.name, columns: columns, outer: outer, &builder)
        if let layout = staged, let loop = steps {
            try stageOperands(of: stage, axes, in: loop, layout, &builder)
            if pipelineStages > 1 {
                builder.attempt(.pipeline(Pipeline(stage: name, loop: loop, stages: pipelineStages)))
            }
        }
        if let order = rasterization { builder.attempt(.rasterize(Rasterize(stage: name, order: order))) }
    }

    /// The tile for so many rows and columns of results: no larger than these, with vectors that the target has.
    func fitted(_ rowExtent: Int, _ columnExtent: Int, _ target: TargetProfile) -> TileGPU {
        var tile = self
        let hasVectors = target.vectorWidths.contains(vector) && columns % vector == 0 && columnExtent >= vector
        tile.vector = hasVectors ? vector : 1
        tile.rows = min(rows, rowExtent)
        tile.rowItems = min(rowItems, (rowExtent + tile.rows - 1) / tile.rows)
        tile.columnItems = min(columnItems, (columnExtent + tile.vector - 1) / tile.vector)
        let copies = min(columns / tile.vector, columnExtent / (tile.columnItems * tile.vector))
        tile.columns = max(1, copies) * tile.vector
        return tile
    }

    /// Copies each operand; those whose rows or columns are not neighbours in device memory become so in the copy.
    private func stageOperands(
        of stage: Stage, _ axes: ProductAxes, in loop: String, _ layout: StagedLayout, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) {
        let loads = stage.body.flatMap(\.loads)
        for buffer in loads.map(\.buffer).uniqued() {
            let isTurned = loads.contains { $0.buffer == buffer && axes.isTurned($0, builder.state) }
            var copy = StageOperand(
                stage: stage.name, buffer: buffer, loop: loop, layout: isTurned ? layout : .plain, transposed: isTurned)
            // Copies that bypass registers move what lies side by side in both memories.
            let widths = isTurned && pipelineStages > 1 ? [] : [4, 2]
            for width in widths where copy.vector == 1 {
                var wide = copy
                wide.vector = width
                if (try? builder.state.applying(.stage(wide))) != nil { copy = wide }
            }
            try builder.apply(.stage(copy))
        }
    }
}

extension TileGPU {
    /// Reads records from before steps were written out, too.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            rowItems: try fields.decode(Int.self, forKey: .rowItems),
            columnItems: try fields.decode(Int.self, forKey: .columnItems),
            rows: try fields.decode(Int.self, forKey: .rows), columns: try fields.decode(Int.self, forKey: .columns),
            vector: try fields.decode(Int.self, forKey: .vector),
            warpRows: try fields.decode(Int.self, forKey: .warpRows),
            staged: try fields.decodeIfPresent(StagedLayout.self, forKey: .staged),
            depth: try fields.decode(Int.self, forKey: .depth),
            writtenSteps: try fields.decodeIfPresent(Int.self, forKey: .writtenSteps) ?? 1,
            pipelineStages: try fields.decode(Int.self, forKey: .pipelineStages),
            rasterization: try fields.decodeIfPresent(Rasterization.self, forKey: .rasterization),
            joinsPlaces: try fields.decode(Bool.self, forKey: .joinsPlaces),
            math: try fields.decode(MathMode.self, forKey: .math))
    }
}

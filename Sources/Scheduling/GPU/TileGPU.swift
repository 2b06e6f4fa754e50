import KernelIR

/// Tiles a product or a convolution for a GPU: a group computes a block of results, each item a tile of it in registers.
///
/// Each operand that an item loads serves a row or a column of its tile. Columns of a tile lie a group's width apart, so that
/// what neighbouring items load and store lies side by side.
public struct TileGPU: Sendable, Hashable, Codable {
    /// Work-items of a group along rows and along columns.
    public var rowItems: Int
    public var columnItems: Int
    /// Results of an item along rows and along columns.
    public var rows: Int
    public var columns: Int
    public var math: MathMode

    public init(rowItems: Int = 8, columnItems: Int = 32, rows: Int = 8, columns: Int = 4, math: MathMode = .fast) {
        self.rowItems = rowItems
        self.columnItems = columnItems
        self.rows = rows
        self.columns = columns
        self.math = math
    }

    /// Schedules the stage; its loops must be untouched.
    ///
    /// - Throws: `illegalDataFlow` where it is no product with rows and columns.
    public func apply(to builder: inout ScheduleBuilder, stage name: String) throws(ScheduleError) {
        let stage = try builder.state.stage(name)
        guard let (m, n) = rowsAndColumns(builder.state, stage) else {
            throw ScheduleError(
                .illegalDataFlow, "\(name) has no rows and columns", hint: "products, convolutions of several channels")
        }
        try builder.apply(.math(Math(stage: name, mode: math)))
        let copies = (rows: min(rows, m.extent), columns: max(1, min(columns, n.extent / columnItems)))
        let width = min(columnItems, n.extent)
        let height = min(rowItems, (m.extent + copies.rows - 1) / copies.rows)
        let row = try tile(m.name, of: name, outer: height, inner: copies.rows, itemsOutside: true, &builder)
        let column = try tile(n.name, of: name, outer: copies.columns, inner: width, itemsOutside: false, &builder)
        let grid = stage.axes.filter { $0 != m && $0 != n }.map(\.name) + [row.block, column.block].compactMap { $0 }
        let items = [row.item, column.item].compactMap { $0 }
        let registers = [row.copies, column.copies].compactMap { $0 }
        let order = grid + items + stage.reduceAxes.map(\.name) + registers
        if order.count > 1 { try builder.apply(.reorder(Reorder(stage: name, loops: order))) }
        for loop in registers.reversed() { try builder.apply(.unroll(Unroll(stage: name, loop: loop))) }
        try builder.bindGrid(name, count: grid.count)
        for loop in items { try builder.apply(.bind(Bind(stage: name, loop: loop, to: .item))) }
    }

    private func rowsAndColumns(_ state: ScheduleState, _ stage: Stage) -> (m: Axis, n: Axis)? {
        switch state.classify(stage) {
        case .contraction(let parts): return (parts.m, parts.n)
        case .convolution(let parts): return parts.m.map { ($0, parts.n) }
        case .map, .recurrence, .row, .column, .scan: return nil
        }
    }

    /// Splits an axis in blocks of `outer` × `inner`; which of the two is walked by items is said, the other by copies.
    private func tile(
        _ axis: String, of stage: String, outer: Int, inner: Int, itemsOutside: Bool, _ builder: inout ScheduleBuilder
    ) throws(ScheduleError) -> (block: String?, item: String?, copies: String?) {
        guard outer * inner > 1 else { return (axis, nil, nil) }
        let block = try builder.split(axis, of: stage, by: outer * inner)
        guard outer > 1, inner > 1 else {
            let isItem = (outer > 1) == itemsOutside
            return (block.outer, isItem ? block.inner : nil, isItem ? nil : block.inner)
        }
        let parts = try builder.split(block.inner, of: stage, by: inner)
        return itemsOutside ? (block.outer, parts.outer, parts.inner) : (block.outer, parts.inner, parts.outer)
    }
}

import KernelIR

extension ScheduleState {
    /// Refuses states in which a warp could not multiply matrices: its lanes must be the last work-items, the tile's
    /// loops innermost, and the stage a sum of products of two operands of the format.
    func checkMatrices() throws(ScheduleError) {
        guard nests.values.contains(where: { $0.matrix != nil }) else { return }
        for stage in program.stages {
            guard let nest = nests[stage.name], let tile = nest.matrix else { continue }
            try check(tile, nest, of: stage)
        }
    }

    private func check(_ tile: MatrixTile, _ nest: Nest, of stage: Stage) throws(ScheduleError) {
        guard nest.loops.last(where: { $0.kind == .item })?.name == tile.lane else {
            throw ScheduleError(
                .illegalOrder, "the lanes \(tile.lane) are not the last work-items of \(stage.name)",
                hint: "bind loops to items before matrix, and leave \(tile.lane) behind them")
        }
        guard Set(nest.loops.suffix(3).map(\.name)) == tile.loops else {
            throw ScheduleError(
                .illegalOrder,
                "the loops \(tile.rows), \(tile.columns), \(tile.inner) of \(stage.name) are not innermost",
                hint: "innermost are " + nest.loops.suffix(3).map(\.name).joined(separator: " "))
        }
        let operands = try operands(of: tile, nest, stage)
        for load in [operands.left, operands.right] {
            let type = program.buffer(load.buffer)?.type ?? .float32
            guard tile.format.takes(type) else {
                throw ScheduleError(
                    .illegalDataFlow,
                    "\(stage.name) multiplies \(load.buffer), of type \(type.rawValue), in \(tile.format.rawValue)",
                    hint: "operands of \(tile.format.storage.rawValue) or float32")
            }
        }
    }

    /// The two loads that a stage multiplies: one along the tile's rows, one along its columns.
    func operands(
        of tile: MatrixTile, _ nest: Nest, _ stage: Stage
    ) throws(ScheduleError) -> (left: Load, right: Load) {
        guard let product = MatrixProduct(stage), tile.format.accumulates(in: product.sum) else {
            throw ScheduleError(
                .illegalDataFlow, "\(stage.name) is no sum of products of two operands in \(tile.format.rawValue)",
                hint: "loads that are 0 outside their bounds, also cast to float32, summed in float32")
        }
        guard let operands = product.oriented(along: tile, nest.definitions, ranges(around: stage.name)) else {
            throw ScheduleError(
                .illegalDataFlow,
                "\(stage.name) reads no operand along \(tile.rows) alone and another along \(tile.columns) alone",
                hint: "rows walk one factor, columns the other one")
        }
        return operands
    }
}

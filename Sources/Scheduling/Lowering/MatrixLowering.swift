import KernelIR

extension StageLowering {
    /// The product by which a warp takes in one tile of a reduction; `sums` have a place for each result of a lane.
    ///
    /// What bounds the reduction bounds both operands, which are 0 there: one 0 would not do where the other one is
    /// infinite.
    func product(_ tile: MatrixTile, into sums: AccumulatorSet) -> Statement {
        var whole = self
        whole.nest.definitions = tileDefinitions
        let bounds = whole.accumulationBounds()
        func operand(_ factor: Load) -> Load {
            guard case .load(var load) = whole.lowered(.load(factor)) else { return factor }
            load.bounds = (load.bounds + bounds).uniqued()
            return load
        }
        guard let operands = try? state.operands(of: tile, whole.nest, stage) else {
            preconditionFailure("checkMatrices keeps the operands of \(stage.name) apart")
        }
        return .matrix(
            MatrixMultiply(
                tile.format, into: sums.names[0], of: sums.monoid.states[0], at: Array(sums.place().dropLast(2)),
                lane: .axis(tile.lane), row: tile.rows, column: tile.columns, inner: tile.inner,
                left: operand(operands.left), right: operand(operands.right)))
    }
}

import KernelIR

extension StageLowering {
    /// The product by which a warp takes in one tile of a reduction; `sums` have a place for each result of a lane.
    func product(_ tile: MatrixTile, into sums: AccumulatorSet) -> Statement {
        let operands = operands(of: tile)
        return .matrix(
            MatrixMultiply(
                tile.format, into: sums.names[0], of: sums.monoid.states[0], at: Array(sums.place().dropLast(2)),
                lane: .axis(tile.lane), row: tile.rows, column: tile.columns, inner: tile.inner,
                left: staged(operands.left), right: staged(operands.right)))
    }

    /// What a warp multiplies, over the loops around the tile and those of the tile itself.
    ///
    /// What bounds the reduction bounds both operands, which are 0 there: one 0 would not do where the other one is
    /// infinite.
    func operands(of tile: MatrixTile) -> (left: Load, right: Load) {
        var whole = self
        whole.nest = tileNest
        let bounds = whole.accumulationBounds()
        func operand(_ factor: Load) -> Load {
            guard case .load(var load) = whole.lowered(.load(factor)) else { return factor }
            load.bounds = (load.bounds + bounds).uniqued()
            return load
        }
        guard let operands = try? state.operands(of: tile, tileNest, stage) else {
            preconditionFailure("checkMatrices keeps the operands of \(stage.name) apart")
        }
        return (operand(operands.left), operand(operands.right))
    }

    private func staged(_ operand: Load) -> Load {
        guard case .load(let load) = staged(Expr.load(operand)) else { return operand }
        return load
    }
}

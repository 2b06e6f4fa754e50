import KernelIR

/// Computes a 3 × 3 convolution by Winograd's minimal filtering F(2×2, 3×3): 16 products for four results in place of 36.
///
/// Legal for sums of products of float32 weights with 3 × 3 neighbours at distance 1, of one group, whose loops are
/// untouched. `STAGE.filters` and `STAGE.tiles` transform the operands, `STAGE.products` is a product of matrices for each
/// of 16 points, and STAGE, a map now, transforms back. Sums are taken in another order and of other terms, so errors grow a
/// little; whether they stay within the tolerance is for the judge to say.
/// ```
/// y = Σ_cpq w[k, c, p, q]·x[c, i + p, j + q]   →   y = Aᵀ(Σ_c (G w Gᵀ)[k, c] · (Bᵀ x B)[c])A
/// ```
/// Source: Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016.
public struct Winograd: ScheduleAction {
    public static let name = "winograd"
    public var stage: String

    public init(stage: String) { self.stage = stage }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        let whole = try state.stage(stage)
        try state.checkUntouched(whole)
        guard let filter = MinimalFilter(whole), state.isFloat32(whole) else {
            throw ScheduleError(
                .illegalDataFlow, "\(stage) is no float32 convolution of 3 × 3 taps at distance 1 in one group",
                hint: "stride and dilation 1, padding in a stage of its own")
        }
        let filters = weightsStage(filter, &state)
        let tiles = inputStage(filter, &state)
        let products = productStage(filter, filters, tiles, &state)
        state.becomeMap(whole, of: outputs(filter, products, whole))
    }

    /// `G w Gᵀ` at [a, b, channel, summed channel].
    private func weightsStage(_ filter: MinimalFilter, _ state: inout ScheduleState) -> Stage {
        let name = state.freshName("\(stage).filters")
        let names = Names(name)
        let axes = names.points + [names.axis(filter.channels), names.axis(filter.summed)]
        let body = MinimalFilter.transform(MinimalFilter.ofWeights, names.row, names.column) { i, j in
            let taps = [filter.rows.tap.name: Index(i), filter.columns.tap.name: Index(j)]
            return .load(
                filter.weights.buffer,
                filter.weights.indices.map { index in
                    index.asAxis.flatMap { taps[$0] } ?? .axis(names.of(index.asAxis ?? ""))
                })
        }
        return state.insertTemporary(.map(name, axes, [body], into: [name]), before: stage)
    }

    /// `Bᵀ x B` at [a, b, summed channel, batch…, row of tiles, column of tiles]; beyond the image there are zeros, which
    /// reach no result.
    private func inputStage(_ filter: MinimalFilter, _ state: inout ScheduleState) -> Stage {
        let name = state.freshName("\(stage).tiles")
        let names = Names(name)
        let tiles = [filter.rows, filter.columns].map { Axis(names.of($0.place.name), $0.tiles) }
        let axes = names.points + [names.axis(filter.summed)] + filter.batch.map(names.axis) + tiles
        let ranges = Ranges(axes)
        let shape = state.program.buffer(filter.input.buffer)?.shape ?? []
        let body = MinimalFilter.transform(MinimalFilter.ofInput, names.row, names.column) { i, j in
            let indices = filter.input.indices.enumerated().map { dimension, index -> Index in
                for (direction, step) in [(filter.rows, i), (filter.columns, j)] where direction.dimension == dimension
                {
                    return .axis(names.of(direction.place.name)) * 2 + (step + index.constant)
                }
                return .axis(names.of(index.asAxis ?? ""))
            }
            let bounds = zip(indices, shape).map { Bound($0, below: $1) }.filter { !$0.isProved(ranges) }
            return .load(Load(filter.input.buffer, indices, bounds: bounds))
        }
        return state.insertTemporary(.map(name, axes, [body], into: [name]), before: stage)
    }

    /// The products of matrices at [a, b, channel, tile]; the tiles of all images are one axis.
    private func productStage(
        _ filter: MinimalFilter, _ filters: Stage, _ tiles: Stage, _ state: inout ScheduleState
    ) -> Stage {
        let name = state.freshName("\(stage).products")
        let names = Names(name)
        let extents = tiles.axes.dropFirst(3).map(\.extent)
        let tile = Axis(names.of("tile"), extents.reduce(1, *))
        let axes = names.points + [names.axis(filter.channels), tile]
        let summed = names.axis(filter.summed)
        let ranges = Ranges(axes + [summed])
        let place = RowMajor(Array(extents)).indices(at: .axis(tile.name), ranges)
        let left = Expr.load(filters.outputs[0], (axes.dropLast() + [summed]).map { .axis($0.name) })
        let right = Expr.load(
            tiles.outputs[0], names.points.map { .axis($0.name) } + [.axis(summed.name)] + place)
        return state.insertTemporary(
            .reduce(name, axes, .sum(), over: [summed], [left * right], finish: [.state(0)], into: [name]),
            before: stage)
    }

    /// `Aᵀ m A` at the stage's own point: the sum that its finish expects.
    private func outputs(_ filter: MinimalFilter, _ products: Stage, _ whole: Stage) -> Expr {
        let ranges = Ranges(whole.axes)
        let (row, column) = (Index.axis(filter.rows.place.name), Index.axis(filter.columns.place.name))
        var tile = Index(0)
        for axis in filter.batch { tile = tile * axis.extent + .axis(axis.name) }
        tile = tile * filter.rows.tiles + row.divided(by: 2, ranges)
        tile = tile * filter.columns.tiles + column.divided(by: 2, ranges)
        let parity = (row.remainder(by: 2, ranges), column.remainder(by: 2, ranges))
        return MinimalFilter.transform(MinimalFilter.ofOutput, parity.0, parity.1) { i, j in
            .load(products.outputs[0], [Index(i), Index(j), .axis(filter.channels.name), tile])
        }
    }

    /// Names of a new stage's axes: each the original's behind the stage's name.
    private struct Names {
        let stage: String
        init(_ stage: String) { self.stage = stage }

        func of(_ axis: String) -> String { "\(stage).\(axis)" }
        func axis(_ axis: Axis) -> Axis { Axis(of(axis.name), axis.extent) }
        /// The two axes of the points; no program calls an axis by a number.
        var points: [Axis] { [Axis(of("0"), 4), Axis(of("1"), 4)] }
        var row: Index { .axis(of("0")) }
        var column: Index { .axis(of("1")) }
    }
}

extension ScheduleState {
    fileprivate func isFloat32(_ stage: Stage) -> Bool {
        (stage.loads.map(\.buffer) + stage.outputs).allSatisfy { program.buffer($0)?.type == .float32 }
    }

    /// Adds a stage and the temporary it fills.
    fileprivate mutating func insertTemporary(_ stage: Stage, before other: String) -> Stage {
        program.buffers.append(Buffer(stage.outputs[0], shape: stage.axes.map(\.extent), role: .temporary))
        insert(stage, before: other)
        return stage
    }

    /// Turns a reduction into a map that finishes another sum.
    fileprivate mutating func becomeMap(_ stage: Stage, of sum: Expr) {
        let body = stage.finish.map { finish in
            finish.rewritten { node in if case .state(0) = node { sum } else { node } }
        }
        let map = Stage.map(stage.name, stage.axes, body, into: stage.outputs)
        replace(map)
        nests[stage.name] = Nest(map)
    }
}

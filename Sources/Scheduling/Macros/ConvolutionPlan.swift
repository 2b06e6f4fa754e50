import KernelIR

/// How a convolution is tiled: what its lanes are, and how many results stay in registers.
struct ConvolutionPlan {
    let lanes: ConvolutionCPU.Lanes
    /// Lanes of a vector.
    let width: Int
    /// `rows` copies of what the lanes are not; `vectors` of lanes.
    let tile: RegisterTile
    /// Phases that are written out, of each place that has any.
    let unrolledPhases: Int
    /// Relative time: padded work in vector operations.
    let cost: Double

    /// The cheapest plan; where `lanes` or `tile` are given, the cheapest of these if there is one.
    static func best(
        _ parts: Convolution, _ stage: Stage, _ target: TargetProfile, lanes: ConvolutionCPU.Lanes?,
        tile: RegisterTile?
    ) -> ConvolutionPlan? {
        let kinds = lanes.map { [$0] } ?? ConvolutionCPU.Lanes.allCases
        let plans = kinds.flatMap { kind in
            (tile.map { [$0] } ?? tiles(target)).compactMap { plan(parts, stage, target, kind, $0) }
        }
        if let best = plans.min(by: { $0.cost < $1.cost }) { return best }
        return lanes == nil && tile == nil ? nil : best(parts, stage, target, lanes: nil, tile: nil)
    }

    /// As many accumulators as registers hold beside operands, the squarest first.
    private static func tiles(_ target: TargetProfile) -> [RegisterTile] {
        [4, 3, 2, 6, 1, 8, 5].flatMap { vectors in
            (1...target.accumulators).reversed().map { RegisterTile(rows: $0, vectors: vectors) }.filter {
                $0.fits(target)
            }
        }
    }

    private static func plan(
        _ parts: Convolution, _ stage: Stage, _ target: TargetProfile, _ lanes: ConvolutionCPU.Lanes,
        _ tile: RegisterTile
    ) -> ConvolutionPlan? {
        let places = parts.neighbours
        let across = parts.rows(for: lanes)?.extent ?? 1
        let along = lanes == .places ? places : parts.m?.extent ?? 1
        guard let width = target.vectorWidths.last(where: { $0 <= along }) else { return nil }
        let filled = (along + width - 1) / width
        let shape = RegisterTile(rows: min(tile.rows, across), vectors: min(tile.vectors, filled))
        guard shape == tile || (tile.rows > across && tile.vectors == shape.vectors) else { return nil }
        let copies = stage.axes.compactMap { parts.phases[$0.name] }.reduce(1, *)
        let most = min(28, target.vectorRegisters * 7 / 8)
        let phases = copies * shape.rows * shape.vectors <= most ? copies : parts.phases[parts.n.name] ?? 1
        let accumulators = phases * shape.rows * shape.vectors
        guard accumulators <= most || copies == 1 && accumulators <= target.vectorRegisters else { return nil }

        func padded(_ extent: Int, _ step: Int) -> Double { Double((extent + step - 1) / step * step) }
        let products = Double(stage.reduceAxes.reduce(1) { $0 * $1.extent })
        let work = padded(along, shape.vectors * width) / Double(width) * padded(across, shape.rows)
        // Each product costs half a cycle, unless loads or the latency of too few accumulators hold it up.
        let loads = loadsPerProduct(parts, stage, target, lanes, shape)
        let product = max(1, 12 / Double(accumulators), 1.3 * loads)
        // Weights of a tile that outgrow the first cache come from the second, 25 bytes a cycle, for each vector of them.
        let weights = products * Double(phases * shape.vectors * width * 4)
        let supply = lanes == .channels && weights > Double(target.l1Bytes / 2) ? 5.2 / Double(shape.rows) : 0
        let strided = lanes == .places && parts.step > 1 ? Double(width) / Double(shape.rows) : 0
        // Results and what finishes them beside the sum: a vector at once, or lane by lane.
        let accesses = Double(1 + stage.finish.flatMap(\.loads).filter { $0.reads(parts.n.name) }.count)
        let store = accesses * (lanes == .places ? 2 : Double(width) * 1.5)
        return ConvolutionPlan(
            lanes: lanes, width: width, tile: shape, unrolledPhases: phases,
            cost: work * (products * (max(product, supply) + loads / 8 + strided) + store))
    }

    /// Loads for each product of a tile: a vector of lanes serves every row, and a broadcast element every vector.
    ///
    /// Without channels, rows are rows of places, each of which reads vectors of its own unless a window shares them.
    private static func loadsPerProduct(
        _ parts: Convolution, _ stage: Stage, _ target: TargetProfile, _ lanes: ConvolutionCPU.Lanes,
        _ tile: RegisterTile
    ) -> Double {
        let results = tile.rows * tile.vectors
        guard lanes == .places, parts.m == nil else { return Double(tile.vectors + tile.rows) / Double(results) }
        // What the taps of a row read stays in registers until the next row has read it, too.
        guard let window = parts.rowWindow(for: lanes, stage),
            results + window.taps.extent * tile.vectors < target.vectorRegisters
        else { return Double(results + 1) / Double(results) }
        let read = window.rowsRead(by: tile.rows) * tile.vectors + window.taps.extent
        return Double(read) / Double(results * window.taps.extent)
    }
}

extension Load {
    /// Whether the element depends on an axis.
    fileprivate func reads(_ axis: String) -> Bool { indices.contains { $0.axes.contains(axis) } }
}

extension Convolution {
    /// Neighbouring places along the last axis that lanes can take.
    var neighbours: Int { (n.extent + (phases[n.name] ?? 1) - 1) / (phases[n.name] ?? 1) }

    /// The axis that is repeated in registers beside the lanes: channels beside places, places beside channels; where
    /// there are no channels, the places of the next dimension.
    func rows(for lanes: ConvolutionCPU.Lanes) -> (axis: Axis, extent: Int)? {
        if lanes == .channels { return (n, neighbours) }
        if let m { return (m, m.extent) }
        return batch.last.map { axis in
            let divisor = phases[axis.name] ?? 1
            return (axis, (axis.extent + divisor - 1) / divisor)
        }
    }
}

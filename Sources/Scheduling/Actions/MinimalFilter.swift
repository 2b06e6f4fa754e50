import KernelIR

/// A convolution of 3 × 3 taps at distance 1, in the parts that F(2×2, 3×3) transforms.
struct MinimalFilter {
    /// One dimension of places: its axis, the reduced axis of its three taps, and the input's dimension that they walk.
    struct Direction {
        var place: Axis
        var tap: Axis
        var dimension: Int

        /// Pairs of places.
        var tiles: Int { (place.extent + 1) / 2 }
    }

    let weights: Load
    let input: Load
    /// Output channels, and the channels summed over.
    let channels: Axis
    let summed: Axis
    /// Output axes that only the input knows: the batch.
    let batch: [Axis]
    let rows: Direction
    let columns: Direction

    /// Results of each output channel.
    var places: Double { (batch + [rows.place, columns.place]).reduce(1) { $0 * Double($1.extent) } }

    /// Nil where the stage is no such convolution.
    init?(_ stage: Stage) {
        guard stage.monoid == .sum(), stage.reduceAxes.count == 3, stage.body.count == 1, !stage.isRecurrent,
            case .binary(.multiply, .load(let a), .load(let b)) = stage.body[0], a.bounds.isEmpty, b.bounds.isEmpty
        else { return nil }
        let isInput = { (load: Load) in load.indices.contains { $0.axes.count == 2 } }
        guard isInput(a) != isInput(b) else { return nil }
        (weights, input) = isInput(a) ? (b, a) : (a, b)
        let plain = Set(weights.indices.compactMap(\.asAxis))
        guard plain.count == weights.indices.count, stage.reduceAxes.allSatisfy({ plain.contains($0.name) }) else {
            return nil
        }
        let own = stage.axes.filter { plain.contains($0.name) }
        let directions = Self.directions(of: input, stage)
        guard own.count == 1, directions.count == 2 else { return nil }
        let channels = own[0]
        (self.channels, rows, columns) = (channels, directions[0], directions[1])
        let walked = Set(directions.flatMap { [$0.place.name, $0.tap.name] })
        guard let summed = stage.reduceAxes.first(where: { !walked.contains($0.name) }) else { return nil }
        let batch = stage.axes.filter { $0 != channels && !walked.contains($0.name) }
        (self.summed, self.batch) = (summed, batch)
        let rest = input.indices.enumerated().filter { item in !directions.contains { $0.dimension == item.offset } }
        let names = rest.compactMap { $0.element.asAxis }
        guard names.count == rest.count, Set(names) == Set(batch.map(\.name) + [summed.name]) else { return nil }
    }

    /// The dimensions in which a place and one of three taps are added, in the order of the output's axes.
    private static func directions(of input: Load, _ stage: Stage) -> [Direction] {
        var found: [Direction] = []
        for place in stage.axes {
            for (dimension, index) in input.indices.enumerated() {
                guard let tap = stage.reduceAxes.first(where: { index.axes == [place.name, $0.name] }), tap.extent == 3,
                    index.coefficient(of: place.name) == 1, index.coefficient(of: tap.name) == 1
                else { continue }
                found.append(Direction(place: place, tap: tap, dimension: dimension))
            }
        }
        return found
    }
}

extension MinimalFilter {
    /// How the transforms combine neighbours: row i of a matrix holds the factors of result i.
    ///
    /// Source: Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016, section 4.1.
    static let ofInput: [[Double]] = [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]]
    static let ofWeights: [[Double]] = [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]]
    static let ofOutput: [[Double]] = [[1, 1, 1, 0], [0, 1, -1, -1]]

    /// Σ factor · term over the terms whose factor is not 0; sums of terms with one factor are scaled once.
    static func combination(_ factors: [Double], _ term: (Int) -> Expr) -> Expr {
        var result: Expr?
        let scale = Set(factors.filter { $0 != 0 }.map(abs))
        let common = scale.count == 1 ? scale.first ?? 1 : 1
        for (place, factor) in factors.enumerated() where factor != 0 {
            let unit = factor / common
            let value = abs(unit) == 1 ? term(place) : term(place) * .float(abs(unit))
            if let sum = result {
                result = unit < 0 ? sum - value : sum + value
            } else {
                result = unit < 0 ? .unary(.negate, value) : value
            }
        }
        let sum = result ?? .float(0)
        return common == 1 ? sum : sum * .float(common)
    }

    /// The case that the value of an index from 0 names.
    static func choice(_ index: Index, _ cases: [Expr]) -> Expr {
        cases.dropLast().enumerated().reversed().reduce(cases[cases.count - 1]) { otherwise, item in
            .select(.inside([Bound(index, below: item.offset + 1)]), item.element, otherwise)
        }
    }

    /// Both dimensions: the combination of rows of combinations of columns, for the row of each matrix that two indices
    /// name.
    static func transform(
        _ factors: [[Double]], _ row: Index, _ column: Index, _ element: (Int, Int) -> Expr
    ) -> Expr {
        choice(
            row,
            factors.map { rowFactors in
                choice(
                    column,
                    factors.map { columnFactors in
                        combination(rowFactors) { i in combination(columnFactors) { j in element(i, j) } }
                    })
            })
    }
}

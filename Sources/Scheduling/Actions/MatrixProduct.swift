import KernelIR

/// A sum of products of two loads.
struct MatrixProduct {
    /// The factors, in the order of the product.
    let factors: [Load]
    /// The type that products are summed in.
    let sum: DType

    /// Returns nil for anything but a float32 sum of products of two elements, which may be cast to float32, or such a
    /// sum in float16 throughout.
    init?(_ stage: Stage) {
        guard !stage.isRecurrent, stage.isReduction, stage.body.count == 1, let monoid = stage.monoid,
            monoid == .sum(.float32) || monoid == .sum(.float16),
            case .binary(.multiply, let a, let b) = stage.body[0], let left = Self.factor(a), let right = Self.factor(b)
        else { return nil }
        factors = [left, right]
        sum = monoid.states[0]
    }

    private static func factor(_ expr: Expr) -> Load? {
        switch expr {
        case .load(let load), .cast(.float32, .load(let load)):
            load.bounds.isEmpty || load.fill == 0 ? load : nil
        default: nil
        }
    }

    /// The factor along a tile's rows alone and the one along its columns alone; nil where there are none.
    func oriented(
        along tile: MatrixTile, _ definitions: [String: Index], _ ranges: Ranges
    ) -> (left: Load, right: Load)? {
        let axes = factors.map { Expr.load($0).substituting(definitions, ranges).axes }
        func walks(_ factor: Int, _ loop: String, not other: String) -> Bool {
            axes[factor].contains(loop) && !axes[factor].contains(other)
        }
        for left in 0...1
        where walks(left, tile.rows, not: tile.columns) && walks(1 - left, tile.columns, not: tile.rows) {
            return (factors[left], factors[1 - left])
        }
        return nil
    }

    /// The axes of rows, of columns and of the longest sum that both factors take part in; nil where there are none.
    ///
    /// Columns are the last such axis, since results lie side by side along it; rows the last one of the other factor.
    func axes(of stage: Stage) -> (rows: Axis, columns: Axis, inner: Axis)? {
        let used = factors.map { Expr.load($0).axes }
        func own(_ factor: Int) -> Axis? {
            stage.axes.last { used[factor].contains($0.name) && !used[1 - factor].contains($0.name) }
        }
        let shared = stage.reduceAxes.filter { used[0].contains($0.name) && used[1].contains($0.name) }
        guard let first = own(0), let second = own(1), let inner = shared.max(by: { $0.extent < $1.extent }),
            let last = stage.axes.last(where: { $0 == first || $0 == second })
        else { return nil }
        return (last == first ? second : first, last, inner)
    }
}

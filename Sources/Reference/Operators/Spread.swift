import KernelIR
import Workloads

/// Variances, norms of matrices as vectors, and extremes in pairs.
extension OperatorTable {
    mutating func addSpread() {
        for (name, isRoot) in [("var", false), ("std", true)] {
            add(name + ".correction") { call in try Self.spread(call, correction: 2, keyword: "correction", isRoot)[0] }
            add(name + ".dim") { call in try Self.spread(call, correction: 2, keyword: "unbiased", isRoot)[0] }
            add(name + ".default") { call in try Self.spread(call, correction: 1, keyword: "unbiased", isRoot)[0] }
            add(several: "aten.\(name)_mean.correction") { call in
                try Self.spread(call, correction: 2, keyword: "correction", isRoot)
            }
        }
        add("norm.Scalar") { call in
            let order = try call.number(1, "p", default: 2)
            return try Self.reduce(call, nil) { Self.norm($0, order) }
        }
        add("norm.ScalarOpt_dim") { call in
            let order = try call.number(1, "p", default: 2)
            return try Self.reduce(call, (2, 3)) { Self.norm($0, order) }
        }
        add(several: "aten.aminmax.default") { call in
            let least = try Self.reduce(call, (1, 2)) { try Self.nonEmpty(call, $0).extremes { $0 < $1 }.values }
            let largest = try Self.reduce(call, (1, 2)) { try Self.nonEmpty(call, $0).extremes { $0 > $1 }.values }
            return [least, largest]
        }
    }

    /// The variance or its root, and the mean. `correction` is taken from the number of elements to divide by.
    private static func spread(
        _ call: OperatorCall<Scalar>, correction position: Int, keyword: String, _ isRoot: Bool
    ) throws -> [Tensor<Scalar>] {
        let x = try call.tensor(0)
        let hasAxes = position == 2
        let axes = hasAxes && !x.shape.isEmpty ? try call.axes(1, "dim", of: x) : []
        let correction = try Self.correction(call, position, keyword)
        let keepsAxes = hasAxes ? try call.bool(3, "keepdim", default: false) : false
        let view = ReductionView(x, axes: axes)
        let mean = Tensor(
            dtype: x.dtype, shape: ReductionView<Scalar>.shape(x.shape, axes: axes, keepingAxes: true),
            values: view.sums { $0 }.map { $0 / Scalar(view.length) })
        let deviation = try binary(call, x, mean) { $0 - $1 }
        let count = Scalar(max(Double(view.length) - correction, 0))
        let squares = ReductionView(deviation, axes: axes).sums { $0 * $0 }
        let spread = squares.map { isRoot ? ($0 / count).squareRoot() : $0 / count }
        let shape = ReductionView<Scalar>.shape(x.shape, axes: axes, keepingAxes: keepsAxes)
        return [Tensor(dtype: x.dtype, shape: shape, values: spread), mean.reshaped(shape)]
    }

    private static func correction(_ call: OperatorCall<Scalar>, _ position: Int, _ keyword: String) throws -> Double {
        if keyword == "unbiased" { return try call.bool(position, keyword, default: true) ? 1 : 0 }
        return try call.number(position, keyword, default: 1)
    }
}

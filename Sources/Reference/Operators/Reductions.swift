import KernelIR
import Workloads

/// Reductions along axes.
extension OperatorTable {
    mutating func addReductions() {
        for form in ["sum.dim_IntList", "sum.default"] {
            add(form) { call in
                try Self.reduce(call.accumulated(), call, form.hasSuffix("default") ? nil : (1, 2)) { view in
                    view.sums { $0 }
                }
            }
        }
        for form in ["mean.dim", "mean.default"] {
            add(form) { call in
                try Self.reduce(call, form.hasSuffix("default") ? nil : (1, 2)) { view in
                    view.sums { $0 }.map { $0 / Scalar(view.length) }
                }
            }
        }
        add("linalg_vector_norm.default") { call in
            let order = try call.number(1, "ord", default: 2)
            return try Self.reduce(call, (2, 3)) { view in Self.norm(view, order) }
        }
        addExtremes("max") { $0 > $1 }
        addExtremes("min") { $0 < $1 }
    }

    /// Registers `max.dim`, `argmax` and the like; of equal elements the first wins, and a NaN wins over all.
    private mutating func addExtremes(_ name: String, _ isBetter: @escaping @Sendable (Scalar, Scalar) -> Bool) {
        add(several: "aten.\(name).dim") { call in
            let x = try call.tensor(0)
            let axis = try call.axis(try call.int(1, "dim", default: nil), of: x.shape.count)
            let axes = x.shape.isEmpty ? [] : [axis]
            let keepsAxes = try call.bool(2, "keepdim", default: false)
            let shape = ReductionView<Scalar>.shape(x.shape, axes: axes, keepingAxes: keepsAxes)
            let best = try Self.nonEmpty(call, ReductionView(x, axes: axes)).extremes(isBetter)
            return [
                Tensor(dtype: x.dtype, shape: shape, values: best.values),
                Tensor(dtype: .int64, shape: shape, values: best.indices),
            ]
        }
        add("arg\(name).default") { call in
            try Self.reduce(call, (1, 2)) { view in
                try Self.nonEmpty(call, view).extremes(isBetter).indices
            }
        }
        for form in ["\(name).default", "a\(name).default"] {
            let positions: (Int, Int)? = form.hasPrefix("a") ? (1, 2) : nil
            add(form) { call in
                try Self.reduce(call, positions) { view in
                    try Self.nonEmpty(call, view).extremes(isBetter).values
                }
            }
        }
    }

    /// Reduces the first operand; `positions` are those of the axes and of keepdim, nil reduces everything.
    static func reduce(
        _ call: OperatorCall<Scalar>, _ positions: (axes: Int, keepsAxes: Int)?,
        _ body: (ReductionView<Scalar>) throws -> [Scalar]
    ) throws -> Tensor<Scalar> {
        try reduce(call.tensor(0), call, positions, body)
    }

    static func reduce(
        _ x: Tensor<Scalar>, _ call: OperatorCall<Scalar>, _ positions: (axes: Int, keepsAxes: Int)?,
        _ body: (ReductionView<Scalar>) throws -> [Scalar]
    ) throws -> Tensor<Scalar> {
        var (axes, keepsAxes): ([Int], Bool) = ([], false)
        if let positions {
            axes = x.shape.isEmpty ? [] : try call.axes(positions.axes, "dim", of: x)
            keepsAxes = try call.bool(positions.keepsAxes, "keepdim", default: false)
        }
        let shape = ReductionView<Scalar>.shape(x.shape, axes: axes, keepingAxes: keepsAxes)
        return Tensor(dtype: call.dtype, shape: shape, values: try body(ReductionView(x, axes: axes)))
    }

    static func norm(_ view: ReductionView<Scalar>, _ order: Double) -> [Scalar] {
        switch order {
        case 0: return view.sums { $0 == 0 ? 0 : 1 }
        case 1: return view.sums { $0.magnitude }
        case 2: return view.sums { $0 * $0 }.map { $0.squareRoot() }
        case .infinity: return view.magnitudes.extremes { $0 > $1 }.values
        case -.infinity: return view.magnitudes.extremes { $0 < $1 }.values
        default:
            let order = Scalar(order)
            return view.sums { Scalar.pow($0.magnitude, order) }.map { Scalar.pow($0, 1 / order) }
        }
    }

    static func nonEmpty(
        _ call: OperatorCall<Scalar>, _ view: ReductionView<Scalar>
    ) throws -> ReductionView<Scalar> {
        guard view.length > 0 else { throw call.error("no elements to choose from", hint: "reduce a non-empty axis") }
        return view
    }
}

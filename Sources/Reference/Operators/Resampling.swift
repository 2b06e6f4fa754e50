import KernelIR
import Workloads

/// Resampling to other sizes, one axis after another: nearest, linear and cubic.
extension OperatorTable {
    mutating func addResampling() {
        for rank in 1...3 {
            for form in ["upsample_nearest\(rank)d", "_upsample_nearest_exact\(rank)d"] {
                let offset: Float = form.hasPrefix("_") ? 0.5 : 0
                addResampling(form, rank: rank, alignsCorners: false) { axis in axis.nearest(offset: offset) }
            }
        }
        for (form, rank) in [("upsample_linear1d", 1), ("upsample_bilinear2d", 2), ("upsample_trilinear3d", 3)] {
            addResampling(form, rank: rank, alignsCorners: true) { axis in axis.linear }
        }
        addResampling("upsample_bicubic2d", rank: 2, alignsCorners: true) { axis in axis.cubic }
    }

    /// Registers the form that gives sizes and the one that gives sizes or factors.
    private mutating func addResampling(
        _ name: String, rank: Int, alignsCorners: Bool,
        _ taps: @escaping @Sendable (ResampledAxis) -> [ResampledAxis.Tap]
    ) {
        for form in [name + ".default", name + ".vec"] {
            add(form) { call in
                let x = try call.tensor(0)
                guard x.shape.count == rank + 2, !x.values.isEmpty else {
                    throw call.error("resamples \(x.shape)", hint: "give a non-empty [N, C, ...] of rank \(rank + 2)")
                }
                let aligns = alignsCorners ? try call.bool(2, "align_corners", default: nil) : false
                let axes = try ResampledAxis.all(
                    call, x.shape, scales: alignsCorners ? 3 : 2, isVector: form.hasSuffix(".vec"), aligns)
                return try axes.enumerated().reduce(x) { x, item in
                    try Self.resampled(call, x, axis: item.offset + 2, taps(item.element))
                }
            }
        }
    }

    /// Sums the taps: each is a selection of positions along one axis, weighted.
    private static func resampled(
        _ call: OperatorCall<Scalar>, _ x: Tensor<Scalar>, axis: Int, _ taps: [ResampledAxis.Tap]
    ) throws -> Tensor<Scalar> {
        let terms = try taps.map { tap in
            let selected = x.picked([axis: tap.positions])
            guard let weights = tap.weights else { return selected }
            var shape = [Int](repeating: 1, count: x.shape.count)
            shape[axis] = weights.count
            let factors = Tensor(dtype: x.dtype, shape: shape, values: weights.map { Scalar($0) })
            return try binary(call, selected, factors) { $0 * $1 }
        }
        return try terms.dropFirst().reduce(terms[0]) { sum, term in try binary(call, sum, term) { $0 + $1 } }
    }
}

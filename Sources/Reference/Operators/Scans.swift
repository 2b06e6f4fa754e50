import KernelIR
import Workloads

/// Running sums, products and extremes along an axis.
extension OperatorTable {
    mutating func addScans() {
        add(scan: "cumsum") { $0 + $1 }
        add(scan: "cumprod") { $0 * $1 }
        add(scan: "logcumsumexp") { x, y in
            x == y && x.isInfinite ? x : Self.larger(x, y) + Scalar.log1p(Scalar.exp(-(x - y).magnitude))
        }
        // Of equal elements the last one's place counts, as in PyTorch.
        add(runningExtreme: "cummax") { $0 >= $1 }
        add(runningExtreme: "cummin") { $0 <= $1 }
    }

    private mutating func add(scan name: String, _ combine: @escaping @Sendable (Scalar, Scalar) -> Scalar) {
        for form in [name + ".default", name + "_.default"] {
            add(form) { call in
                let (x, axis) = try call.tensorAndAxis(1)
                let view = ReductionView(x.asAccumulated(in: call.dtype), axes: x.shape.isEmpty ? [] : [axis])
                return Tensor(dtype: call.dtype, shape: x.shape, values: view.scanned(combine))
            }
        }
    }

    private mutating func add(runningExtreme name: String, _ replaces: @escaping @Sendable (Scalar, Scalar) -> Bool) {
        add(several: "aten.\(name).default") { call in
            let (x, axis) = try call.tensorAndAxis(1)
            let view = ReductionView(x, axes: x.shape.isEmpty ? [] : [axis])
            @Sendable func isNewer(_ best: Scalar, _ value: Scalar) -> Bool {
                value.isNaN || (!best.isNaN && replaces(value, best))
            }
            let values = view.scanned { isNewer($0, $1) ? $1 : $0 }
            var places = [Scalar](repeating: 0, count: values.count)
            for place in places.indices {
                let position = place / view.inner % view.length
                guard position > 0 else { continue }
                let before = place - view.inner
                places[place] = isNewer(values[before], x.values[place]) ? Scalar(position) : places[before]
            }
            return [
                Tensor(dtype: x.dtype, shape: x.shape, values: values),
                Tensor(dtype: .int64, shape: x.shape, values: places),
            ]
        }
    }
}

extension Tensor {
    /// The elements as a sum or product of the given type takes them: truncated first where it is an integer type.
    func asAccumulated(in target: DType) -> Tensor {
        target.isFloatingPoint || !dtype.isFloatingPoint ? self : converted(to: target)
    }
}

import KernelIR
import Workloads

/// Orders along an axis; NaN stands above everything, equal elements keep their order.
extension OperatorTable {
    mutating func addSorting() {
        for form in ["sort.default", "sort.stable"] {
            add(several: "aten." + form) { call in
                try Self.sorted(call, isDescending: call.bool(2, "descending", default: false))
            }
        }
        for form in ["argsort.default", "argsort.stable"] {
            add(form) { call in
                try Self.sorted(call, isDescending: call.bool(2, "descending", default: false))[1]
            }
        }
        add(several: "aten.topk.default") { call in
            let x = try call.tensor(0)
            let count = try call.int(1, "k", default: nil)
            let axis = try call.axis(try call.int(2, "dim", default: -1), of: x.shape.count)
            let extent = x.shape.isEmpty ? 1 : x.shape[axis]
            guard (0...extent).contains(count) else {
                throw call.error("the first \(count) of \(extent)", hint: "k is 0 to \(extent)")
            }
            let results = try Self.sorted(call, axis: 2, isDescending: call.bool(3, "largest", default: true))
            guard !x.shape.isEmpty else { return results.map { count == 1 ? $0 : $0.reshaped([1]).picked([0: []]) } }
            return results.map { $0.picked([axis: Array(0..<count)]) }
        }
    }

    /// The elements in order, and the positions they come from.
    private static func sorted(
        _ call: OperatorCall<Scalar>, axis position: Int = 1, isDescending: Bool
    ) throws -> [Tensor<Scalar>] {
        let x = try call.tensor(0)
        let axis = try call.axis(try call.int(position, "dim", default: -1), of: x.shape.count)
        let view = ReductionView(x, axes: x.shape.isEmpty ? [] : [axis])
        var places = [Scalar](repeating: 0, count: x.values.count)
        var values = places
        places.withUnsafeMutableBufferPointer { places in
            values.withUnsafeMutableBufferPointer { values in
                x.values.withUnsafeBufferPointer { x in
                    view.forEachLane { o, lanes in
                        for j in lanes {
                            let first = o * view.length * view.inner + j
                            let order = (0..<view.length).sorted { left, right in
                                let (a, b) = (x[first + left * view.inner], x[first + right * view.inner])
                                if a == b || (a.isNaN && b.isNaN) { return left < right }
                                return isDescending != (b.isNaN || a < b)
                            }
                            for (rank, source) in order.enumerated() {
                                places[first + rank * view.inner] = Scalar(source)
                                values[first + rank * view.inner] = x[first + source * view.inner]
                            }
                        }
                    }
                }
            }
        }
        return [
            Tensor(dtype: x.dtype, shape: x.shape, values: values),
            Tensor(dtype: .int64, shape: x.shape, values: places),
        ]
    }
}

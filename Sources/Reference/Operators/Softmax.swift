import KernelIR
import Workloads

/// Softmax and its relatives, shifted by the maximum.
extension OperatorTable {
    mutating func addSoftmax() {
        for form in ["softmax.int", "_softmax.default"] {
            add(form) { call in
                try Self.alongAxis(call) { row, out in
                    let largest = row.maximum
                    for i in 0..<row.count { (out + i * row.step).initialize(to: Scalar.exp(row[i] - largest)) }
                    let total = Summation.sum(row.count) { out[$0 * row.step] }
                    for i in 0..<row.count { out[i * row.step] /= total }
                }
            }
        }
        for form in ["log_softmax.int", "_log_softmax.default"] {
            add(form) { call in
                try Self.alongAxis(call) { row, out in
                    let largest = row.maximum
                    let logarithm = Scalar.log(Summation.sum(row.count) { Scalar.exp(row[$0] - largest) })
                    for i in 0..<row.count { (out + i * row.step).initialize(to: row[i] - largest - logarithm) }
                }
            }
        }
    }

    /// Makes a tensor of the operand's shape line by line along the axis of argument 1.
    @inline(__always)
    private static func alongAxis(
        _ call: OperatorCall<Scalar>, _ body: (Line<Scalar>, UnsafeMutablePointer<Scalar>) -> Void
    ) throws -> Tensor<Scalar> {
        let x = try call.tensor(0)
        let axis = try call.axis(try call.int(1, "dim", default: nil), of: x.shape.count)
        let view = ReductionView(x, axes: x.shape.isEmpty ? [] : [axis])
        return Tensor(dtype: x.dtype, shape: x.shape) { out in
            x.values.withUnsafeBufferPointer { x in
                guard let base = x.baseAddress else { return }
                Parallel.run(view.outer * view.inner, grain: max(1, (1 << 14) / max(view.length, 1))) { range in
                    for line in range {
                        let start = line / view.inner * view.length * view.inner + line % view.inner
                        body(Line(base: base + start, count: view.length, step: view.inner), out + start)
                    }
                }
            }
        }
    }
}

/// Elements at equal distances.
private struct Line<Scalar: ReferenceScalar> {
    var base: UnsafePointer<Scalar>
    var count: Int
    var step: Int

    @inline(__always)
    subscript(index: Int) -> Scalar { base[index * step] }

    /// The largest element; NaN if there is one.
    @inline(__always)
    var maximum: Scalar {
        var largest = -Scalar.infinity
        for i in 0..<count where self[i] > largest || self[i].isNaN { largest = self[i] }
        return largest
    }
}

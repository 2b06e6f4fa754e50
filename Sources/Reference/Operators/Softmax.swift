import KernelIR
import Workloads

/// Softmax and its relatives, shifted by the maximum.
extension OperatorTable {
    mutating func addSoftmax() {
        for form in ["softmax.int", "_softmax.default"] {
            add(form) { call in
                let (x, axis) = try Self.line(call)
                return Self.softmax(x, axis: axis)
            }
        }
        for form in ["log_softmax.int", "_log_softmax.default"] {
            add(form) { call in
                let (x, axis) = try Self.line(call)
                return Self.logSoftmax(x, axis: axis)
            }
        }
        add("logsumexp.default") { call in
            let x = try call.tensor(0)
            let axes = x.shape.isEmpty ? [] : try call.axes(1, "dim", of: x)
            let keepsAxes = try call.bool(2, "keepdim", default: false)
            let view = ReductionView(x, axes: axes)
            guard view.length > 0 else { throw call.error("no elements to add", hint: "reduce a non-empty axis") }
            let values = view.lines { line in line.logSumExp }
            let shape = ReductionView<Scalar>.shape(x.shape, axes: axes, keepingAxes: keepsAxes)
            return Tensor(dtype: call.dtype, shape: shape, values: values)
        }
    }

    /// Softmax along an axis.
    static func softmax(_ x: Tensor<Scalar>, axis: Int) -> Tensor<Scalar> {
        alongAxis(x, axis) { row, out in
            let largest = row.maximum
            for i in 0..<row.count { (out + i * row.step).initialize(to: Scalar.exp(row[i] - largest)) }
            let total = Summation<Scalar>.sum(row.count) { out[$0 * row.step] }
            for i in 0..<row.count { out[i * row.step] /= total }
        }
    }

    /// The logarithm of softmax along an axis.
    static func logSoftmax(_ x: Tensor<Scalar>, axis: Int) -> Tensor<Scalar> {
        alongAxis(x, axis) { row, out in
            let largest = row.maximum
            let logarithm = Scalar.log(Summation<Scalar>.sum(row.count) { Scalar.exp(row[$0] - largest) })
            for i in 0..<row.count { (out + i * row.step).initialize(to: row[i] - largest - logarithm) }
        }
    }

    /// The first operand and the axis of argument 1.
    private static func line(_ call: OperatorCall<Scalar>) throws -> (Tensor<Scalar>, Int) {
        let x = try call.tensor(0)
        return (x, try call.axis(try call.int(1, "dim", default: nil), of: x.shape.count))
    }

    /// Makes a tensor of the operand's shape line by line along an axis.
    @inline(__always)
    private static func alongAxis(
        _ x: Tensor<Scalar>, _ axis: Int, _ body: (Line<Scalar>, UnsafeMutablePointer<Scalar>) -> Void
    ) -> Tensor<Scalar> {
        let view = ReductionView(x, axes: x.shape.isEmpty ? [] : [axis])
        return Tensor(dtype: x.dtype, shape: x.shape) { out in
            view.forEachLine { line, start in body(line, out + start) }
        }
    }
}

extension ReductionView {
    /// Visits the lines along the reduced axes and the places where they start.
    @inline(__always)
    fileprivate func forEachLine(_ body: (Line<Scalar>, Int) -> Void) {
        tensor.values.withUnsafeBufferPointer { x in
            guard let base = x.baseAddress else { return }
            Parallel.run(outer * inner, grain: max(1, (1 << 14) / max(length, 1))) { range in
                for line in range {
                    let start = line / inner * length * inner + line % inner
                    body(Line(base: base + start, count: length, step: inner), start)
                }
            }
        }
    }

    /// One number per line, in the order of the lines.
    @inline(__always)
    fileprivate func lines(_ number: (Line<Scalar>) -> Scalar) -> [Scalar] {
        [Scalar](unsafeUninitializedCapacity: outer * inner) { out, initialized in
            let base = out.baseAddress
            forEachLine { line, start in
                let place = start / (length * inner) * inner + start % inner
                (base! + place).initialize(to: number(line))
            }
            initialized = outer * inner
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

    /// log Σ exp, shifted by the largest element where that is finite.
    @inline(__always)
    var logSumExp: Scalar {
        let largest = maximum
        let shift = largest.isInfinite ? 0 : largest
        return Scalar.log(Summation<Scalar>.sum(count) { Scalar.exp(self[$0] - shift) }) + shift
    }
}

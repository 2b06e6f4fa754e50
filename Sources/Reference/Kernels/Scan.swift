import Workloads

extension ReductionView {
    /// Combines the elements along the middle axis and keeps every intermediate result, in the order of the elements.
    @inline(__always)
    func scanned(_ combine: (Scalar, Scalar) -> Scalar) -> [Scalar] {
        let count = outer * length * inner
        return [Scalar](unsafeUninitializedCapacity: count) { out, initialized in
            if let out = out.baseAddress, count > 0 {
                tensor.values.withUnsafeBufferPointer { x in
                    forEachLane { o, lanes in
                        let first = o * length * inner
                        for j in lanes { (out + first + j).initialize(to: x[first + j]) }
                        for r in 1..<max(length, 1) {
                            let row = first + r * inner
                            for j in lanes { (out + row + j).initialize(to: combine(out[row - inner + j], x[row + j])) }
                        }
                    }
                }
            }
            initialized = count
        }
    }

    /// Combines the elements along the middle axis, in order, beginning with a value of its own.
    @inline(__always)
    func folded(from initial: Scalar, _ combine: (Scalar, Scalar) -> Scalar) -> [Scalar] {
        var totals = [Scalar](repeating: initial, count: outer * inner)
        totals.withUnsafeMutableBufferPointer { totals in
            tensor.values.withUnsafeBufferPointer { x in
                forEachLane { o, lanes in
                    for r in 0..<length {
                        let row = (o * length + r) * inner
                        for j in lanes { totals[o * inner + j] = combine(totals[o * inner + j], x[row + j]) }
                    }
                }
            }
        }
        return totals
    }
}

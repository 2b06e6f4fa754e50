import KernelIR
import Workloads

/// A tensor seen as `[outer, length, inner]`, of which the middle axis is reduced.
struct ReductionView<Scalar: ReferenceScalar> {
    let tensor: Tensor<Scalar>
    let outer: Int
    let length: Int
    let inner: Int

    /// Groups the reduced axes; moves them behind the others where they are not neighbours. No axes means all.
    init(_ tensor: Tensor<Scalar>, axes: [Int]) {
        let rank = tensor.shape.count
        let axes = axes.isEmpty ? Array(0..<rank) : axes.sorted()
        let first = axes.first ?? 0
        if axes == Array(first..<(first + axes.count)) {
            self.tensor = tensor
            outer = tensor.shape[..<first].reduce(1, *)
            length = axes.map { tensor.shape[$0] }.reduce(1, *)
            inner = tensor.shape[(first + axes.count)...].reduce(1, *)
        } else {
            let kept = (0..<rank).filter { !axes.contains($0) }
            self.tensor = tensor.permuted(kept + axes)
            outer = kept.map { tensor.shape[$0] }.reduce(1, *)
            length = axes.map { tensor.shape[$0] }.reduce(1, *)
            inner = 1
        }
    }

    private init(_ tensor: Tensor<Scalar>, outer: Int, length: Int, inner: Int) {
        (self.tensor, self.outer, self.length, self.inner) = (tensor, outer, length, inner)
    }

    /// The same view of the elements' magnitudes.
    var magnitudes: ReductionView {
        ReductionView(tensor.map { $0.magnitude }, outer: outer, length: length, inner: inner)
    }

    /// The shape left over: without the reduced axes, or with extents 1 in their place.
    static func shape(_ shape: [Int], axes: [Int], keepingAxes: Bool) -> [Int] {
        let axes = axes.isEmpty ? Array(shape.indices) : axes
        return shape.indices.compactMap { axes.contains($0) ? (keepingAxes ? 1 : nil) : shape[$0] }
    }

    /// Sums `term` of the elements along the middle axis.
    @inline(__always)
    func sums(_ term: (Scalar) -> Scalar) -> [Scalar] {
        [Scalar](unsafeUninitializedCapacity: outer * inner) { out, initialized in
            if let base = out.baseAddress {
                tensor.values.withUnsafeBufferPointer { x in
                    forEachLane { o, lanes in
                        let first = o * length * inner
                        if inner == 1 {
                            (base + o).initialize(to: Summation<Scalar>.sum(length) { term(x[first + $0]) })
                        } else {
                            sumLanes(x, first, lanes, into: base + o * inner, term)
                        }
                    }
                }
            }
            initialized = outer * inner
        }
    }

    /// Finds along the middle axis the element that `isBetter` than all before it; the first NaN beats everything.
    @inline(__always)
    func extremes(_ isBetter: (Scalar, Scalar) -> Bool) -> (values: [Scalar], indices: [Scalar]) {
        var values = [Scalar](repeating: 0, count: outer * inner)
        var indices = values
        values.withUnsafeMutableBufferPointer { values in
            indices.withUnsafeMutableBufferPointer { indices in
                tensor.values.withUnsafeBufferPointer { x in
                    forEachLane { o, lanes in
                        for j in lanes {
                            let place = o * inner + j
                            values[place] = x[o * length * inner + j]
                        }
                        for r in 1..<max(length, 1) {
                            for j in lanes {
                                let (place, value) = (o * inner + j, x[(o * length + r) * inner + j])
                                let best = values[place]
                                if isBetter(value, best) || (value.isNaN && !best.isNaN) {
                                    values[place] = value
                                    indices[place] = Scalar(r)
                                }
                            }
                        }
                    }
                }
            }
        }
        return (values, indices)
    }

    /// Visits every outer index with parts of the inner axis.
    @inline(__always)
    func forEachLane(_ body: (Int, Range<Int>) -> Void) {
        let width = 512
        let parts = max((inner + width - 1) / width, 1)
        Parallel.run(outer * parts, grain: max(1, (1 << 16) / max(length * min(inner, width), 1))) { range in
            for task in range {
                let start = task % parts * width
                body(task / parts, start..<min(start + width, inner))
            }
        }
    }

    @inline(__always)
    private func sumLanes(
        _ x: UnsafeBufferPointer<Scalar>, _ first: Int, _ lanes: Range<Int>, into out: UnsafeMutablePointer<Scalar>,
        _ term: (Scalar) -> Scalar
    ) {
        var partial = [Scalar](repeating: 0, count: lanes.count)
        for j in lanes { (out + j).initialize(to: 0) }
        for start in stride(from: 0, to: length, by: Summation<Scalar>.block) {
            for j in partial.indices { partial[j] = 0 }
            for r in start..<min(start + Summation<Scalar>.block, length) {
                let row = first + r * inner + lanes.lowerBound
                for j in partial.indices { partial[j] += term(x[row + j]) }
            }
            for j in partial.indices { out[lanes.lowerBound + j] += partial[j] }
        }
    }
}

import Workloads

extension Tensor {
    /// Reorders the axes: axis `i` of the result is axis `order[i]` of this tensor.
    func permuted(_ order: [Int]) -> Tensor {
        guard order != Array(shape.indices) else { return self }
        let target = order.map { shape[$0] }
        let own = Shape.strides(shape)
        let strides = order.map { own[$0] }
        let rowShape = Array(target.dropLast())
        let (width, step) = (target.last ?? 1, strides.last ?? 0)
        return Tensor(dtype: dtype, shape: target) { out in
            values.withUnsafeBufferPointer { x in
                Parallel.run(rowShape.reduce(1, *), grain: max(1, 1 << 14 / max(width, 1))) { range in
                    var places = RowPlaces(shape: rowShape, strides: [strides], row: range.lowerBound)
                    for row in range {
                        let start = places.offsets[0]
                        for j in 0..<width { (out + row * width + j).initialize(to: x[start + j * step]) }
                        places.advance()
                    }
                }
            }
        }
    }

    /// Exchanges the last two axes.
    func transposed() -> Tensor {
        let rank = shape.count
        return permuted(Array(0..<(rank - 2)) + [rank - 1, rank - 2])
    }
}

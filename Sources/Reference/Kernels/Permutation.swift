import Workloads

extension Tensor {
    /// Reorders the axes: axis `i` of the result is axis `order[i]` of this tensor.
    func permuted(_ order: [Int]) -> Tensor {
        guard order != Array(shape.indices) else { return self }
        let tables = AxisOffsets(shape).tables
        return read(AxisOffsets(tables: order.map { tables[$0] }))
    }

    /// Exchanges the last two axes.
    func transposed() -> Tensor {
        let rank = shape.count
        return permuted(Array(0..<(rank - 2)) + [rank - 1, rank - 2])
    }
}

import KernelIR

/// Pure functions on static shapes, with PyTorch's conventions.
public enum Shape {
    /// Row-major strides in elements, e.g. `[2, 3, 4]` has `[12, 4, 1]`.
    public static func strides(_ shape: [Int]) -> [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
        return strides
    }

    /// The common shape of operands aligned at their last axes, or nil where two extents differ and neither is 1.
    public static func broadcast(_ shapes: [[Int]]) -> [Int]? {
        var result = [Int](repeating: 1, count: shapes.map(\.count).max() ?? 0)
        for shape in shapes {
            for (axis, extent) in zip(result.indices.suffix(shape.count), shape) where extent != 1 {
                guard result[axis] == 1 || result[axis] == extent else { return nil }
                result[axis] = extent
            }
        }
        return result
    }

    /// Strides that read a row-major tensor of `shape` as if it had the shape `target`: 0 along broadcast axes.
    public static func broadcastStrides(_ shape: [Int], to target: [Int]) -> [Int] {
        let missing = target.count - shape.count
        let own = zip(shape, strides(shape)).map { $0 == 1 ? 0 : $1 }
        return Array(repeating: 0, count: missing) + own
    }

    /// The axis a possibly negative index means, or nil outside `-rank ..< rank`; a scalar counts as rank 1.
    public static func axis(_ index: Int, rank: Int) -> Int? {
        let rank = max(rank, 1)
        guard (-rank..<rank).contains(index) else { return nil }
        return index < 0 ? index + rank : index
    }
}

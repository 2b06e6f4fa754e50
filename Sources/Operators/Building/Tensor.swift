import KernelIR
import Workloads

/// A value while a workload is lowered: a strided view of a buffer, or one number for all elements.
///
/// Permuting, expanding and reshaping only change the view, so they cost no stage.
struct Tensor: Hashable {
    /// What is viewed.
    enum Source: Hashable {
        case buffer(String)
        case fill(Double)
    }

    var source: Source
    var type: DType
    var shape: [Int]
    /// Elements of the buffer between neighbours along each dimension; 0 where a dimension repeats.
    var strides: [Int]
    /// The buffer's element at the origin.
    var offset = 0

    /// A whole buffer, row-major.
    init(_ buffer: String, _ type: DType, _ shape: [Int]) {
        (source, self.type, self.shape, strides) = (.buffer(buffer), type, shape, Shape.strides(shape))
    }

    /// The same number everywhere.
    init(fill: Double, _ type: DType, _ shape: [Int]) {
        (source, self.type, self.shape) = (.fill(fill), type, shape)
        strides = Array(repeating: 0, count: shape.count)
    }

    var rank: Int { shape.count }
    var count: Int { shape.reduce(1, *) }

    /// Whether the elements lie row-major without gaps from the view's origin on; extents of 1 do not matter.
    var isContiguous: Bool {
        zip(shape, zip(strides, Shape.strides(shape))).allSatisfy { $0 == 1 || $1.0 == $1.1 }
    }

    /// The element at a point, read at its place in the buffer's row-major order, as a value of `type`.
    func element(_ point: [Index], as type: DType? = nil) -> Expr {
        let wanted = type ?? self.type
        switch source {
        case .fill(let value): return .constant(value, wanted)
        case .buffer(let name):
            let place = zip(point, strides).reduce(Index(offset)) { $0 + $1.0 * $1.1 }
            let load = Expr.load(name, [place])
            return wanted == self.type ? load : .cast(wanted, load)
        }
    }
}

extension Tensor {
    /// Dimensions in another order.
    func permuted(_ order: [Int]) -> Tensor {
        var result = self
        result.shape = order.map { shape[$0] }
        result.strides = order.map { strides[$0] }
        return result
    }

    /// Two dimensions exchanged.
    func transposed(_ a: Int, _ b: Int) -> Tensor {
        var order = Array(0..<rank)
        order.swapAt(a, b)
        return permuted(order)
    }

    /// A new dimension of extent 1 before dimension `position`.
    func unsqueezed(_ position: Int) -> Tensor {
        var result = self
        result.shape.insert(1, at: position)
        result.strides.insert(0, at: position)
        return result
    }

    /// Without some dimensions of extent 1.
    func squeezed(_ dimensions: Set<Int>) -> Tensor {
        permuted((0..<rank).filter { !dimensions.contains($0) || shape[$0] != 1 })
    }

    /// Repeated along dimensions of extent 1 to a shape it broadcasts to.
    func expanded(to target: [Int]) -> Tensor {
        var result = self
        for _ in rank..<max(rank, target.count) { result = result.unsqueezed(0) }
        for dimension in target.indices where result.shape[dimension] == 1 && target[dimension] != 1 {
            result.strides[dimension] = 0
        }
        result.shape = target
        return result
    }

    /// The part `start, start + step, …` of a dimension.
    func sliced(_ dimension: Int, from start: Int, count: Int, step: Int = 1) -> Tensor {
        var result = self
        result.offset += start * strides[dimension]
        result.shape[dimension] = count
        result.strides[dimension] *= step
        return result
    }

    /// A dimension from its end to its start.
    func reversed(_ dimension: Int) -> Tensor {
        var result = self
        result.offset += (shape[dimension] - 1) * strides[dimension]
        result.strides[dimension] *= -1
        return result
    }

    /// The same elements in row-major order under another shape; `nil` where no strides describe that.
    func reshaped(to target: [Int]) -> Tensor? {
        var result = self
        result.shape = target
        if case .fill = source {
            result.strides = target.map { _ in 0 }
            return result
        }
        let kept = (0..<rank).filter { shape[$0] != 1 }
        var strides = [Int](repeating: 0, count: target.count)
        var next = target.count - 1
        var position = kept.count
        while position > 0 {
            // Dimensions that follow each other without a gap are one run.
            position -= 1
            var (extent, step) = (shape[kept[position]], self.strides[kept[position]])
            let base = step
            while position > 0, self.strides[kept[position - 1]] == step * shape[kept[position]] {
                position -= 1
                step = self.strides[kept[position]]
                extent *= shape[kept[position]]
            }
            var covered = 1
            while covered < extent {
                guard next >= 0, extent % (covered * target[next]) == 0 else { return nil }
                strides[next] = base * covered
                covered *= target[next]
                next -= 1
            }
        }
        result.strides = strides
        return result
    }
}

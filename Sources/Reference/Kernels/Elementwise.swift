import KernelIR
import Workloads

extension Tensor {
    /// Applies a function to every element.
    @inline(__always)
    func map(_ function: (Scalar) -> Scalar) -> Tensor {
        Tensor(dtype: dtype, shape: shape) { out in
            values.withUnsafeBufferPointer { x in
                Parallel.run(x.count) { range in for i in range { (out + i).initialize(to: function(x[i])) } }
            }
        }
    }

    /// Applies a function to elements at corresponding places, with broadcasting; nil where shapes do not fit.
    @inline(__always)
    func combined(
        with other: Tensor, dtype: DType, _ function: (Scalar, Scalar) -> Scalar
    ) -> Tensor? {
        guard let target = Shape.broadcast([shape, other.shape]) else { return nil }
        let rowShape = Array(target.dropLast())
        let (rows, width) = (rowShape.reduce(1, *), target.last ?? 1)
        let leftStrides = Shape.broadcastStrides(shape, to: target)
        let rightStrides = Shape.broadcastStrides(other.shape, to: target)
        let (leftStep, rightStep) = (leftStrides.last ?? 0, rightStrides.last ?? 0)
        return Tensor(dtype: dtype, shape: target) { out in
            values.withUnsafeBufferPointer { left in
                other.values.withUnsafeBufferPointer { right in
                    Parallel.run(rows, grain: max(1, 1 << 16 / max(width, 1))) { range in
                        var places = RowPlaces(
                            shape: rowShape, strides: [leftStrides, rightStrides], row: range.lowerBound)
                        for row in range {
                            let (a, b) = (places.offsets[0], places.offsets[1])
                            let line = out + row * width
                            for j in 0..<width {
                                (line + j).initialize(to: function(left[a + j * leftStep], right[b + j * rightStep]))
                            }
                            places.advance()
                        }
                    }
                }
            }
        }
    }
}

/// Walks over the rows of a tensor and keeps the offset of each operand's row.
struct RowPlaces {
    private let shape: [Int]
    private let strides: [[Int]]
    private var index: [Int]
    /// The offset at which each operand's row begins.
    private(set) var offsets: [Int]

    /// Starts at a row; `shape` is without the last axis, whose strides are ignored.
    init(shape: [Int], strides: [[Int]], row: Int) {
        var rest = row
        var index = [Int](repeating: 0, count: shape.count)
        for axis in shape.indices.reversed() where shape[axis] > 0 {
            index[axis] = rest % shape[axis]
            rest /= shape[axis]
        }
        self.shape = shape
        self.strides = strides
        offsets = strides.map { strides in zip(index, strides).map { $0 * $1 }.reduce(0, +) }
        self.index = index
    }

    /// Goes to the next row.
    mutating func advance() {
        for axis in shape.indices.reversed() {
            index[axis] += 1
            for operand in offsets.indices { offsets[operand] += strides[operand][axis] }
            if index[axis] < shape[axis] { return }
            index[axis] = 0
            for operand in offsets.indices { offsets[operand] -= strides[operand][axis] * shape[axis] }
        }
    }
}

import KernelIR
import Workloads

/// Operators whose results are parts of their operand: no stage.
enum PartOperators {
    static let table: [String: Lowering] = [
        "aten.split.Tensor": { call, _ throws(KernelwrightError) in
            let (x, dimension) = try operand(call)
            let size = try call.integer(1, "split_size")
            guard size > 0 else { throw call.failure("parts of \(size) elements", hint: "1 or more") }
            return parts(x, dimension, pieces(of: x.shape[dimension], size))
        },
        "aten.split_with_sizes.default": { call, _ throws(KernelwrightError) in
            let (x, dimension) = try operand(call)
            let sizes = try call.integers(1, "split_sizes")
            guard sizes.allSatisfy({ $0 > 0 }), sizes.reduce(0, +) == x.shape[dimension] else {
                throw call.failure("parts of \(sizes) elements", hint: "they must add up to \(x.shape[dimension])")
            }
            return parts(x, dimension, sizes)
        },
        "aten.chunk.default": { call, _ throws(KernelwrightError) in
            let (x, dimension) = try operand(call)
            let count = try call.integer(1, "chunks")
            guard count > 0 else { throw call.failure("\(count) parts", hint: "1 or more") }
            return parts(x, dimension, pieces(of: x.shape[dimension], (x.shape[dimension] + count - 1) / count))
        },
        "aten.unbind.int": { call, _ throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let dimension = try call.dimension(try call.integer(1, "dim", default: 0), rank: x.rank)
            guard x.rank > 0 else { throw call.failure("a scalar", hint: "rank 1 or more") }
            return (0..<x.shape[dimension]).map { x.sliced(dimension, from: $0, count: 1).squeezed([dimension]) }
        },
        "aten.unfold.default": { call, _ throws(KernelwrightError) in
            let x = try call.tensor(0, "self")
            let dimension = try call.dimension(try call.integer(1, "dimension"), rank: x.rank)
            let (size, step) = (try call.integer(2, "size"), try call.integer(3, "step"))
            guard x.rank > 0, size > 0, step > 0, size <= x.shape[dimension] else {
                throw call.failure("windows of \(size) elements every \(step)", hint: "inside dimension \(dimension)")
            }
            var result = x.sliced(dimension, from: 0, count: (x.shape[dimension] - size) / step + 1, step: step)
            result.shape.append(size)
            result.strides.append(x.strides[dimension])
            return [result]
        },
    ]

    private static func operand(_ call: Call) throws(KernelwrightError) -> (tensor: Tensor, dimension: Int) {
        let x = try call.tensor(0, "self")
        guard x.rank > 0 else { throw call.failure("a scalar", hint: "rank 1 or more") }
        return (x, try call.dimension(try call.integer(2, "dim", default: 0), rank: x.rank))
    }

    /// Extents of parts of `size`, the last one perhaps smaller.
    private static func pieces(of extent: Int, _ size: Int) -> [Int] {
        stride(from: 0, to: extent, by: size).map { min(size, extent - $0) }
    }

    private static func parts(_ x: Tensor, _ dimension: Int, _ extents: [Int]) -> [Tensor] {
        var start = 0
        return extents.map { extent in
            defer { start += extent }
            return x.sliced(dimension, from: start, count: extent)
        }
    }
}

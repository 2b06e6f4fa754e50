import KernelIR

/// Decides in which integer type a kernel computes its indices.
enum IndexWidth {
    /// int32 when every index, with every partial sum of it, fits for all values of the axes; else int64.
    static func type(
        _ kernel: Kernel, _ buffers: [Buffer], _ scalars: [SharedKernels.Scalar] = []
    ) -> DType {
        var strides = Dictionary(buffers.map { ($0.name, $0.strides) }, uniquingKeysWith: { first, _ in first })
        for case .allocate(let buffer) in kernel.body.flattened {
            strides[buffer.name] = Buffer(buffer.name, shape: buffer.shape, role: .temporary).strides
        }
        let ranges = scalars.reduce(Ranges(kernel.grid + kernel.local)) { $0.adding($1.name, $1.range) }
        let magnitude = greatest(in: kernel.body, ranges, strides)
        return magnitude <= Double(Int32.max) ? .int32 : .int64
    }

    private static func greatest(in body: [Statement], _ ranges: Ranges, _ strides: [String: [Int]]) -> Double {
        body.map { statement -> Double in
            switch statement {
            case .loop(let axis, let start, let end, _, let body):
                guard start < end else { return 0 }
                // A serial loop's variable reaches `end` itself.
                return max(Double(end), greatest(in: body, ranges.adding(axis, start...(end - 1)), strides))
            case .when(let bounds, let then, let otherwise):
                let inside = max(greatest(in: then, ranges, strides), greatest(in: otherwise, ranges, strides))
                return max(inside, greatest(bounds, ranges))
            case .store(let stores): return stores.map { greatest($0, ranges, strides) }.max() ?? 0
            case .asyncCopy(let copy): return copy.stores.map { greatest($0, ranges, strides) }.max() ?? 0
            case .matrix(let product): return greatest(product, product.ranges(in: ranges), strides)
            case .allocate, .barrier, .combine: return 0
            }
        }.max() ?? 0
    }

    private static func greatest(_ store: Store, _ ranges: Ranges, _ strides: [String: [Int]]) -> Double {
        var result = linear(store.buffer, store.indices, ranges, strides)
        result = max(result, greatest(store.bounds, ranges))
        store.value.forEach { node in
            switch node {
            case .load(let load):
                result = max(result, linear(load.buffer, load.indices, ranges, strides), greatest(load.bounds, ranges))
            case .inside(let bounds): result = max(result, greatest(bounds, ranges))
            case .index(let index, _): result = max(result, index.magnitude(ranges))
            default: break
            }
        }
        return result
    }

    private static func greatest(_ product: MatrixMultiply, _ ranges: Ranges, _ strides: [String: [Int]]) -> Double {
        product.loads.map {
            max(linear($0.buffer, $0.indices, ranges, strides), greatest($0.bounds, ranges))
        }.max() ?? 0
    }

    private static func linear(
        _ buffer: String, _ indices: [Index], _ ranges: Ranges, _ strides: [String: [Int]]
    ) -> Double {
        zip(indices, strides[buffer] ?? []).map { $0.magnitude(ranges) * Double($1) }.reduce(0, +)
    }

    private static func greatest(_ bounds: [Bound], _ ranges: Ranges) -> Double {
        bounds.map { max($0.index.magnitude(ranges), Double($0.extent)) }.max() ?? 0
    }
}

extension Index {
    /// A bound on the magnitude of every partial sum, here and inside quotients and remainders.
    fileprivate func magnitude(_ ranges: Ranges) -> Double {
        let sum = terms.reduce(Double(constant.magnitude)) { sum, term in
            sum + Double(term.coefficient.magnitude) * term.atom.magnitude(ranges)
        }
        return terms.map { $0.atom.inside(ranges) }.reduce(sum, max)
    }
}

extension Index.Atom {
    fileprivate func magnitude(_ ranges: Ranges) -> Double {
        switch self {
        case .axis(let name):
            guard let range = ranges[name] else { return 0 }
            return Double(max(range.lowerBound.magnitude, range.upperBound.magnitude))
        case .quotient(let index, let divisor): return index.magnitude(ranges) / Double(divisor) + 1
        case .remainder(_, let divisor): return Double(divisor)
        }
    }

    /// The magnitude of what is divided.
    fileprivate func inside(_ ranges: Ranges) -> Double {
        switch self {
        case .axis: 0
        case .quotient(let index, _), .remainder(let index, _): index.magnitude(ranges)
        }
    }
}

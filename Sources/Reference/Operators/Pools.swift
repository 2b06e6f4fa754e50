import KernelIR
import Workloads

/// Pooling with one to three spatial axes.
extension OperatorTable {
    mutating func addPooling() {
        for rank in 1...3 {
            addAverages(rank)
            addMaxima(rank)
            addAdaptive(rank)
        }
    }

    private mutating func addAverages(_ rank: Int) {
        add("avg_pool\(rank)d.default") { call in
            let pool = try PoolingCall(call, rank: rank, roundsUp: 4)
            let divisor: Pooling<Scalar>.Divisor
            if rank > 1, let number = call.node.argument(6, "divisor_override")?.intValue {
                guard number != 0 else { throw call.error("divisor_override is 0", hint: "give another number") }
                divisor = .number(number)
            } else {
                divisor = try call.bool(5, "count_include_pad", default: true) ? .paddedElements : .elements
            }
            return pool.result(pool.pooling.means(pool.x.values, divisor: divisor), dtype: pool.x.dtype)
        }
    }

    private mutating func addMaxima(_ rank: Int) {
        let maxima: @Sendable (OperatorCall<Scalar>) throws -> [Tensor<Scalar>] = { call in
            try PoolingCall(call, rank: rank, dilation: 4, roundsUp: 5).maxima()
        }
        add(several: "aten.max_pool\(rank)d_with_indices.default", maxima)
        add(several: "aten.max_pool\(rank)d.default") { call in [try maxima(call)[0]] }
    }

    private mutating func addAdaptive(_ rank: Int) {
        for form in ["adaptive_avg_pool\(rank)d.default", "_adaptive_avg_pool\(rank)d.default"] {
            add(form) { call in
                let pool = try PoolingCall(adaptive: call, rank: rank)
                return pool.result(pool.pooling.means(pool.x.values, divisor: .elements), dtype: pool.x.dtype)
            }
        }
        add(several: "aten.adaptive_max_pool\(rank)d.default") { call in
            try PoolingCall(adaptive: call, rank: rank).maxima()
        }
    }
}

/// The operand and windows of a pooling operator.
private struct PoolingCall<Scalar: ReferenceScalar> {
    let x: Tensor<Scalar>
    let pooling: Pooling<Scalar>
    private let dropped: Int
    private let rank: Int

    /// Reads kernel, stride and padding from arguments 1 to 3, the others at the given positions.
    init(_ call: OperatorCall<Scalar>, rank: Int, dilation: Int? = nil, roundsUp: Int) throws {
        let ones = Array(repeating: 1, count: rank)
        let kernel = try call.spatial(1, "kernel_size", rank: rank, default: nil)
        let stride = try call.spatial(2, "stride", rank: rank, default: kernel)
        let padding = try call.spatial(3, "padding", rank: rank, default: ones.map { _ in 0 })
        let dilations = try dilation.map { try call.spatial($0, "dilation", rank: rank, default: ones) } ?? ones
        let roundsUp = try call.bool(roundsUp, "ceil_mode", default: false)
        guard (kernel + stride + dilations).allSatisfy({ $0 > 0 }) else {
            throw call.error("a kernel, stride or dilation is not positive", hint: "give 1 or more")
        }
        guard zip(padding, kernel).allSatisfy({ $0 >= 0 && 2 * $0 <= $1 }) else {
            throw call.error("padding \(padding)", hint: "give at most half of the kernel \(kernel)")
        }
        try self.init(call, rank: rank) { axis, input in
            PoolingAxis(
                input: input, kernel: kernel[axis], stride: stride[axis], padding: padding[axis],
                dilation: dilations[axis], roundsUp: roundsUp)
        }
    }

    /// Reads the output's extents from argument 1; none keeps the input's.
    init(adaptive call: OperatorCall<Scalar>, rank: Int) throws {
        let sizes = try call.spatial(1, "output_size", rank: rank, default: nil)
        try self.init(call, rank: rank) { axis, input in PoolingAxis(adaptive: sizes[axis], input: input) }
    }

    private init(_ call: OperatorCall<Scalar>, rank: Int, _ axis: (Int, Int) -> PoolingAxis) throws {
        (x, dropped) = try call.batched(try call.tensor(0), rank: rank)
        self.rank = rank
        let own = x.shape.suffix(rank).enumerated().map { axis($0, $1) }
        guard own.allSatisfy({ $0.input > 0 && !$0.windows.isEmpty }) else {
            throw call.error("the output has no elements", hint: "give a larger input or a smaller kernel")
        }
        let unit = PoolingAxis(adaptive: 1, input: 1)
        pooling = Pooling(axes: Array(repeating: unit, count: 3 - rank) + own)
    }

    func result(_ values: [Scalar], dtype: DType) -> Tensor<Scalar> {
        let shape = x.shape.prefix(2) + pooling.axes.suffix(rank).map(\.windows.count)
        return Tensor(dtype: dtype, shape: Array(shape.dropFirst(dropped)), values: values)
    }

    /// The largest elements and where they lie.
    func maxima() -> [Tensor<Scalar>] {
        let (values, indices) = pooling.maxima(x.values)
        return [result(values, dtype: x.dtype), result(indices, dtype: .int64)]
    }
}

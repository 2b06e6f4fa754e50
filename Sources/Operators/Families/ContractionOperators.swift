import KernelIR
import Workloads

/// Matrix products of every rank: one reduce stage `[b, m, n]` over k.
enum ContractionOperators {
    static let table: [String: Lowering] = [
        "aten.mm.default": { call, builder throws(KernelwrightError) in try product(call, &builder, rank: 2) },
        "aten.bmm.default": { call, builder throws(KernelwrightError) in try product(call, &builder, rank: 3) },
        "aten.matmul.default": { call, builder throws(KernelwrightError) in try product(call, &builder, rank: nil) },
        "aten.linear.default": { call, builder throws(KernelwrightError) in
            let (x, weight) = (try call.tensor(0, "input"), try call.tensor(1, "weight"))
            guard weight.rank == 2, x.rank >= 1 else {
                throw call.failure("weight of shape \(weight.shape)", hint: "[out, in]")
            }
            let bias = try call.optionalTensor(2, "bias")
            return [try matmul(call, x, weight.transposed(0, 1), bias: bias, &builder)]
        },
        "aten.addmm.default": { call, builder throws(KernelwrightError) in
            guard try call.number(3, "beta", default: 1) == 1, try call.number(4, "alpha", default: 1) == 1 else {
                throw call.failure("beta and alpha differ from 1")
            }
            let bias = try call.tensor(0, "self")
            return [try matmul(call, try call.tensor(1, "mat1"), try call.tensor(2, "mat2"), bias: bias, &builder)]
        },
        "aten.einsum.default": EinsumOperator.lowering,
    ]

    private static func product(
        _ call: Call, _ builder: inout ProgramBuilder, rank: Int?
    ) throws(KernelwrightError) -> [Tensor] {
        let (a, b) = (try call.tensor(0, "self"), try call.tensor(1, "other"))
        if let rank, a.rank != rank || b.rank != rank {
            throw call.failure("operands of shape \(a.shape) and \(b.shape)", hint: "both of rank \(rank)")
        }
        return [try matmul(call, a, b, bias: nil, &builder)]
    }

    /// The product of two tensors as a stage of that name, whatever the operator.
    static func product(
        _ a: Tensor, _ b: Tensor, bias: Tensor? = nil, name: String, _ result: DType, _ call: Call,
        _ builder: inout ProgramBuilder
    ) throws(KernelwrightError) -> Tensor {
        try matmul(call, a, b, bias: bias, as: (name, result), &builder)
    }

    /// PyTorch's matmul: vectors count as a row or a column, leading dimensions broadcast.
    private static func matmul(
        _ call: Call, _ a: Tensor, _ b: Tensor, bias: Tensor?, as stage: (name: String, type: DType)? = nil,
        _ builder: inout ProgramBuilder
    ) throws(KernelwrightError) -> Tensor {
        guard a.rank > 0, b.rank > 0 else { throw call.failure("an operand is a scalar", hint: "rank 1 or more") }
        let left = a.rank == 1 ? a.unsqueezed(0) : a
        let right = b.rank == 1 ? b.unsqueezed(1) : b
        let (rows, inner, columns) = (left.shape[left.rank - 2], left.shape[left.rank - 1], right.shape[right.rank - 1])
        guard right.shape[right.rank - 2] == inner,
            let batch = Shape.broadcast([Array(left.shape.dropLast(2)), Array(right.shape.dropLast(2))])
        else { throw call.failure("shapes \(a.shape) and \(b.shape) do not fit") }
        // Dimensions: batch…, m, n, k.
        let first = left.expanded(to: batch + [rows, inner]).unsqueezed(batch.count + 1)
        let second = right.expanded(to: batch + [inner, columns]).transposed(batch.count, batch.count + 1)
            .unsqueezed(batch.count)
        let shape = batch + [rows, columns, inner]
        let bias = try bias.map { bias throws(KernelwrightError) in
            guard Shape.broadcast([bias.shape, Array(shape.dropLast())]) == Array(shape.dropLast()) else {
                throw call.failure("bias of shape \(bias.shape) does not broadcast to \(Array(shape.dropLast()))")
            }
            return bias.expanded(to: Array(shape.dropLast())).unsqueezed(shape.count - 1)
        }
        let named = if let stage { stage } else { (name: call.name, type: try call.resultType().dtype) }
        let result = contract(
            named, first.expanded(to: shape), second.expanded(to: shape),
            reduced: 1, bias: bias, &builder)
        var dropped: Set<Int> = []
        if a.rank == 1 { dropped.insert(batch.count) }
        if b.rank == 1 { dropped.insert(batch.count + 1) }
        return result.squeezed(dropped)
    }

    /// Σ a·b over the last `reduced` dimensions of a common shape, plus a bias at the rest; without these dimensions.
    static func contract(
        _ stage: (name: String, type: DType), _ a: Tensor, _ b: Tensor, reduced: Int, bias: Tensor?,
        _ builder: inout ProgramBuilder
    ) -> Tensor {
        let (name, result) = stage
        let type = result.accumulating
        let kept = a.rank - reduced
        let box = Box(a.shape) { dimension in
            if dimension >= kept { return "k" }
            switch (a.strides[dimension] != 0, b.strides[dimension] != 0) {
            case (true, false): return "m"
            case (false, true): return "n"
            default: return "b"
            }
        }
        let isReduced = { (axis: Axis) in axis.name.hasPrefix("k#") }
        let sum = bias.map { Expr.state(0) + $0.element(box.point, as: type) } ?? .state(0)
        builder.append(
            .reduce(
                name, box.axes.filter { !isReduced($0) }, .sum(type), over: box.axes.filter(isReduced),
                [a.element(box.point, as: type) * b.element(box.point, as: type)],
                finish: [sum.cast(from: type, to: result)], into: [name]))
        return builder.temporary(name, result, Array(a.shape.prefix(kept)))
    }
}

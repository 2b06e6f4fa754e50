import KernelIR

/// Matrix products and contractions.
enum ProductRules {
    static let table: [String: ImportRule] = [
        "MatMul": { call, graph in
            let (a, b) = try PointwiseRules.operands(call)
            return [try graph.matmul(a, b)]
        },
        "Gemm": gemm,
        "Einsum": EinsumRule.rule,
        "MatMulInteger": { call, graph in
            let a = try shifted(call, 0, zero: 2, along: -2, &graph)
            let b = try shifted(call, 1, zero: 3, along: -1, &graph)
            return [try graph.matmul(a, b)]
        },
    ]

    /// α·A·B + β·C; as a linear layer where it is one.
    private static let gemm: ImportRule = { call, graph in
        var (a, b) = try PointwiseRules.operands(call)
        let (alpha, beta) = (try call.float("alpha", default: 1), try call.float("beta", default: 1))
        let transposesB = try call.flag("transB")
        try call.require(a.rank == 2 && b.rank == 2, "ranks \(a.rank) and \(b.rank)", hint: "give two matrices")
        if try call.flag("transA") { a = try graph.transpose(a) }
        let (k, n) = transposesB ? (b.shape[1], b.shape[0]) : (b.shape[0], b.shape[1])
        try call.require(a.shape[1] == k, "matrices \(a.shape) and \(b.shape)", hint: "inner extents must be equal")
        let shape = [a.shape[0], n]
        let c = call.optionalInput(2)
        if let c {
            try call.require(
                c.dtype == a.dtype && Shape.broadcast([c.shape, shape]) == shape, "C is \(c.type)",
                hint: "it broadcasts to \(shape)")
        }
        if transposesB, alpha == 1, beta == 1, a.dtype.isFloatingPoint, c?.shape == [n] || c == nil {
            let arguments =
                [try graph.reference(a), try graph.reference(b)] + (try c.map { [try graph.reference($0)] } ?? [])
            return [try graph.emit("aten.linear.default", arguments, TensorType(dtype: a.dtype, shape: shape))]
        }
        if transposesB { b = try graph.transpose(b) }
        let product = try graph.mul(graph.matmul(a, b), alpha)
        guard let c else { return [product] }
        return [try graph.add(product, graph.mul(c, beta))]
    }

    /// An integer operand less its zero point, as int32; a list of zero points runs along `axis`.
    static func shifted(
        _ call: OnnxCall, _ index: Int, zero: Int, along axis: Int, _ graph: inout GraphComposer
    ) throws -> ImportedValue {
        let x = try graph.cast(call.input(index), to: .int32)
        guard let point = call.optionalInput(zero) else { return x }
        var shape = Array(repeating: 1, count: x.rank)
        if point.count != 1 {
            let place = axis < 0 ? axis + x.rank : axis
            try call.require(
                x.shape.indices.contains(place) && point.shape == [x.shape[place]],
                "zero points of shape \(point.shape) for \(x.shape)", hint: "give one, or one for each row")
            shape[place] = point.count
        }
        return try graph.sub(x, graph.cast(graph.reshape(point, shape), to: .int32))
    }
}

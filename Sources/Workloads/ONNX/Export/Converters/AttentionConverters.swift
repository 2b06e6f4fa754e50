import KernelIR

/// Scaled dot-product attention (https://arxiv.org/abs/1706.03762) by its parts, which ONNX Runtime fuses in pairs:
/// the transposition and the scale go into the first product.
enum AttentionConverters {
    static let table: [String: Converter] = ["aten.scaled_dot_product_attention.default": attention]

    private static let attention: Converter = { call, graph throws(KernelwrightError) in
        let (q, k, v) = (try call.tensor(0, "query"), try call.tensor(1, "key"), try call.tensor(2, "value"))
        guard q.rank >= 2, k.rank == q.rank, v.rank == q.rank else {
            throw call.reject("query, key and value must have the same number of axes, at least 2")
        }
        guard try !call.flag(7, "enable_gqa", default: false) else { throw call.reject("enable_gqa is not supported") }
        var order = Array(q.shape.indices)
        order.swapAt(order.count - 1, order.count - 2)
        let transposed = graph.emit("Transpose", [k.name], [.ints("perm", order)])
        let products = graph.emit("MatMul", [q.name, transposed])
        let scale = try call.double(6, "scale", default: 1 / Double(q.shape[q.rank - 1]).squareRoot())
        var scores = graph.emit("Mul", [products, graph.scalar(scale, q.dtype)])
        if try call.flag(5, "is_causal", default: false) {
            scores = causal(scores, rows: q.shape[q.rank - 2], columns: k.shape[k.rank - 2], q.dtype, &graph)
        }
        let mask = try call.optionalTensor(3, "attn_mask")
        if let mask {
            scores =
                mask.dtype == .bool
                ? graph.emit("Where", [mask.name, scores, graph.scalar(-.infinity, q.dtype)])
                : graph.emit("Add", [scores, mask.name])
        }
        var shares = graph.emit("Softmax", [scores], [.int("axis", -1)])
        if mask != nil { shares = withoutMaskedRows(shares, scores, q.dtype, &graph) }
        return [graph.emit("MatMul", [shares, v.name])]
    }

    /// Shares of 0 for a query that may attend to nothing, as PyTorch has it, instead of NaN.
    private static func withoutMaskedRows(
        _ shares: String, _ scores: String, _ dtype: DType, _ graph: inout GraphBuilder
    ) -> String {
        let largest = graph.emit("ReduceMax", [scores, graph.integers([-1])], [.flag("keepdims", true)])
        let isMasked = graph.emit("Equal", [largest, graph.scalar(-.infinity, dtype)])
        return graph.emit("Where", [isMasked, graph.scalar(0, dtype), shares])
    }

    /// Minus infinity above the diagonal; ONNX Runtime makes the mask once, as it loads the model.
    private static func causal(
        _ scores: String, rows: Int, columns: Int, _ dtype: DType, _ graph: inout GraphBuilder
    ) -> String {
        let ones = graph.filled(-.infinity, shape: [rows, columns], dtype)
        let above = graph.emit("Trilu", [ones, graph.scalar(1, .int64)], [.flag("upper", true)])
        return graph.emit("Add", [scores, above])
    }
}

import KernelIR
import Workloads

/// Scaled dot-product attention: scores, their softmax, and the mean of the values by it.
enum AttentionOperators {
    static let table: [String: Lowering] = ["aten.scaled_dot_product_attention.default": attention]

    private static let attention: Lowering = { call, builder throws(KernelwrightError) in
        let (query, key, value) = (try call.tensor(0, "query"), try call.tensor(1, "key"), try call.tensor(2, "value"))
        guard try call.optionalTensor(3, "attn_mask") == nil, try call.number(4, "dropout_p", default: 0) == 0,
            query.rank >= 2, key.rank == query.rank, value.rank == query.rank
        else { throw call.failure("a mask or dropout", hint: "no mask, no dropout, operands of one rank") }
        let result = try call.resultType().dtype
        let type = result.accumulating
        let (last, rows) = (query.rank - 1, query.rank - 2)
        let width = Double(query.shape[last])
        let scale = try call.optionalNumber(6, "scale") ?? 1 / width.squareRoot()
        var scores = try ContractionOperators.product(
            query, key.transposed(rows, last), name: "\(call.name).scores", type, call, &builder)
        let isCausal = call.flag(5, "is_causal", default: false)
        scores = builder.map("\(call.name).scaled", scores.shape, type) { point in
            let scaled = scores.element(point) * .constant(scale, type)
            guard isCausal else { return scaled }
            let inside = Bound(point[rows] - point[last], below: scores.shape[rows] + scores.shape[last])
            return .select(.inside([inside]), scaled, .constant(-.infinity, type))
        }
        let weights = SoftmaxOperators.softmax(scores, over: last, name: "\(call.name).weights", type, &builder)
        return [try ContractionOperators.product(weights, value, name: call.name, result, call, &builder)]
    }
}

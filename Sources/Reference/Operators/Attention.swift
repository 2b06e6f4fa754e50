import KernelIR
import Workloads

/// Scaled dot-product attention (`torch.nn.functional.scaled_dot_product_attention`). Dropout is the identity.
extension OperatorTable {
    mutating func addAttention() {
        add("scaled_dot_product_attention.default") { call in
            try AttentionCall(call).evaluate()
        }
    }
}

/// softmax(q · kᵀ · scale + mask) · v for `[…, queries, features]`, `[…, keys, features]`, `[…, keys, values]`.
private struct AttentionCall<Scalar: ReferenceScalar> {
    private let query: Tensor<Scalar>
    /// `[…, features, keys]`
    private let key: Tensor<Scalar>
    private let value: Tensor<Scalar>
    private let mask: Tensor<Scalar>?
    private let isCausal: Bool
    private let scale: Scalar
    private let batch: [Int]

    init(_ call: OperatorCall<Scalar>) throws {
        let query = try call.tensor(0, "query")
        var (key, value) = (try call.tensor(1, "key"), try call.tensor(2, "value"))
        guard [query, key, value].allSatisfy({ $0.shape.count >= 2 }) else {
            throw call.error("an operand has rank below 2", hint: "give [..., length, features]")
        }
        if try call.bool(7, "enable_gqa", default: false) {
            key = try Self.repeatingHeads(call, key, like: query)
            value = try Self.repeatingHeads(call, value, like: query)
        }
        let (rank, features) = (query.shape.count, query.shape[query.shape.count - 1])
        guard let batch = Shape.broadcast([query, key, value].map { Array($0.shape.dropLast(2)) }),
            key.shape.last == features, key.shape[key.shape.count - 2] == value.shape[value.shape.count - 2]
        else {
            throw call.error(
                "shapes \(query.shape), \(key.shape) and \(value.shape)",
                hint: "queries and keys need equal features, keys and values equal lengths, batches must broadcast")
        }
        self.batch = batch
        let (queries, keys) = (query.shape[rank - 2], key.shape[key.shape.count - 2])
        self.query = query.expanded(to: batch + [queries, features])
        self.key = key.transposed().expanded(to: batch + [features, keys])
        self.value = value.expanded(to: batch + [keys, value.shape[value.shape.count - 1]])
        mask = try Self.mask(call, shape: batch + [queries, keys])
        isCausal = try call.bool(5, "is_causal", default: false)
        scale = Scalar(try call.number(6, "scale", default: 1 / Double(max(features, 1)).squareRoot()))
    }

    /// Repeats each head of keys or values for the queries' heads that share it.
    private static func repeatingHeads(
        _ call: OperatorCall<Scalar>, _ tensor: Tensor<Scalar>, like query: Tensor<Scalar>
    ) throws -> Tensor<Scalar> {
        guard query.shape.count >= 3, tensor.shape.count == query.shape.count else {
            throw call.error("shapes \(query.shape) and \(tensor.shape)", hint: "give [..., heads, length, features]")
        }
        let axis = tensor.shape.count - 3
        let (heads, wanted) = (tensor.shape[axis], query.shape[axis])
        guard heads > 0, wanted % heads == 0 else {
            throw call.error("\(wanted) heads of queries, \(heads) of keys or values", hint: "use a divisor")
        }
        let (outer, inner) = (Array(tensor.shape[...axis]), Array(tensor.shape[(axis + 1)...]))
        return tensor.reshaped(outer + [1] + inner).expanded(to: outer + [wanted / heads] + inner)
            .reshaped(outer.dropLast() + [wanted] + inner)
    }

    /// What is added to the scores: a boolean mask's False stands for −∞.
    private static func mask(_ call: OperatorCall<Scalar>, shape: [Int]) throws -> Tensor<Scalar>? {
        guard let mask = try call.optionalTensor(3, "attn_mask") else { return nil }
        guard Shape.broadcast([mask.shape, shape]) == shape else {
            throw call.error("a mask of the shape \(mask.shape)", hint: "it must broadcast to \(shape)")
        }
        let added = mask.dtype == .bool ? mask.map { $0 == 0 ? -Scalar.infinity : 0 } : mask
        return added.expanded(to: shape)
    }

    /// One item of the batch at a time, so that only one matrix of scores exists.
    func evaluate() -> Tensor<Scalar> {
        let rank = batch.count
        let (queries, features) = (query.shape[rank], query.shape[rank + 1])
        let (keys, width) = (key.shape[rank + 1], value.shape[rank + 1])
        var values: [Scalar] = []
        values.reserveCapacity(batch.reduce(1, *) * queries * width)
        for item in 0..<batch.reduce(1, *) {
            let products = MatrixProduct.multiply(
                part(query, item, [queries, features]), part(key, item, [features, keys]), batch: 1, m: queries,
                n: keys, k: features, shape: [queries, keys])
            let weights = weights(scores(products, item))
            values +=
                MatrixProduct.multiply(
                    weights, part(value, item, [keys, width]), batch: 1, m: queries, n: width, k: keys,
                    shape: [queries, width]
                ).values
        }
        return Tensor(dtype: query.dtype, shape: batch + [queries, width], values: values)
    }

    private func part(_ tensor: Tensor<Scalar>, _ item: Int, _ shape: [Int]) -> Tensor<Scalar> {
        let count = shape.reduce(1, *)
        return Tensor(shape: shape, values: Array(tensor.values[(item * count)..<((item + 1) * count)]))
    }

    private func scores(_ products: Tensor<Scalar>, _ item: Int) -> Tensor<Scalar> {
        let (queries, keys) = (products.shape[0], products.shape[1])
        let first = item * queries * keys
        return Tensor(dtype: products.dtype, shape: products.shape) { out in
            Parallel.run(queries, grain: max(1, (1 << 16) / max(keys, 1))) { range in
                for row in range {
                    for column in 0..<keys {
                        let place = row * keys + column
                        var score = products.values[place] * scale
                        if let mask { score += mask.values[first + place] }
                        if isCausal, column > row { score = -.infinity }
                        (out + place).initialize(to: score)
                    }
                }
            }
        }
    }

    /// Softmax of the scores; a query that may see no key weighs all of them 0.
    private func weights(_ scores: Tensor<Scalar>) -> Tensor<Scalar> {
        var weights = OperatorTable.softmax(scores, axis: 1)
        let keys = scores.shape[1]
        for row in 0..<scores.shape[0] {
            let line = (row * keys)..<((row + 1) * keys)
            guard scores.values[line].allSatisfy({ $0 == -.infinity }) else { continue }
            for place in line { weights.values[place] = 0 }
        }
        return weights
    }
}

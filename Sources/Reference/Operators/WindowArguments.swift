import Workloads

extension OperatorCall {
    /// One number per spatial axis; a single number stands for all axes, none or an empty list for `standard`.
    func spatial(_ position: Int, _ keyword: String, rank: Int, default standard: [Int]?) throws -> [Int] {
        let given = try ints(position, keyword, default: standard ?? [])
        if given.isEmpty, let standard { return standard }
        if given.count == 1 { return Array(repeating: given[0], count: rank) }
        guard given.count == rank else {
            throw error("\(keyword) has \(given.count) numbers", hint: "give 1 or \(rank)")
        }
        return given
    }

    /// The operand as `[batch, channels] + spatial axes`, and the number of leading axes to drop from the result where
    /// it came without a batch.
    func batched(_ x: Tensor<Scalar>, rank: Int) throws -> (x: Tensor<Scalar>, dropped: Int) {
        switch x.shape.count {
        case rank + 2: return (x, 0)
        case rank + 1: return (x.reshaped([1] + x.shape), 1)
        default: throw error("shape \(x.shape)", hint: "give [batch, channels] and \(rank) spatial axes")
        }
    }
}

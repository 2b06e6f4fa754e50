import KernelIR
import Workloads

/// Matrix products.
extension OperatorTable {
    mutating func addContractions() {
        for form in ["matmul.default", "mm.default", "bmm.default", "mv.default", "dot.default"] {
            add(form) { call in
                try Self.matmul(call, try call.tensor(0), try call.tensor(1, "other"))
            }
        }
        add("linear.default") { call in
            let product = try Self.linear(call, try call.tensor(0), try call.tensor(1, "weight"))
            guard let bias = try call.optionalTensor(2, "bias") else { return product }
            return try Self.binary(call, product, bias) { $0 + $1 }
        }
        for form in ["addmm.default", "baddbmm.default", "addmv.default"] {
            add(form) { call in
                let beta = Scalar(try call.number(3, "beta", default: 1))
                let alpha = Scalar(try call.number(4, "alpha", default: 1))
                let product = try Self.matmul(call, try call.tensor(1, "mat1"), try call.tensor(2, "mat2"))
                // Where beta is 0, NaN in the input does not count.
                return try Self.binary(call, try call.tensor(0), product) {
                    (beta == 0 ? 0 : beta * $0) + alpha * $1
                }
            }
        }
        add("einsum.default") { call in
            try Einsum(call, try call.string(0, "equation", default: nil)).evaluate(try call.tensors(1, "tensors"))
        }
    }

    /// x · weightᵀ for a weight `[outputs, features]` or `[features]`.
    private static func linear(
        _ call: OperatorCall<Scalar>, _ x: Tensor<Scalar>, _ weight: Tensor<Scalar>
    ) throws -> Tensor<Scalar> {
        guard weight.shape.count == 2, let features = x.shape.last, weight.shape[1] == features, features > 0 else {
            return try matmul(call, x, weight.shape.count == 2 ? weight.transposed() : weight)
        }
        return MatrixProduct.multiply(
            x, weight, isTransposed: true, batch: 1, m: x.values.count / features, n: weight.shape[0], k: features,
            shape: x.shape.dropLast() + [weight.shape[0]])
    }

    /// `torch.matmul`: vectors are rows or columns, leading axes are batches that broadcast.
    static func matmul(
        _ call: OperatorCall<Scalar>, _ a: Tensor<Scalar>, _ b: Tensor<Scalar>
    ) throws -> Tensor<Scalar> {
        guard !a.shape.isEmpty, !b.shape.isEmpty else {
            throw call.error("an operand is a scalar", hint: "give tensors of rank 1 or more")
        }
        let left = a.shape.count == 1 ? [1] + a.shape : a.shape
        let right = b.shape.count == 1 ? b.shape + [1] : b.shape
        let (m, k, n) = (left[left.count - 2], left[left.count - 1], right[right.count - 1])
        guard right[right.count - 2] == k,
            let batch = Shape.broadcast([left.dropLast(2), right.dropLast(2)].map(Array.init))
        else {
            throw call.error(
                "shapes \(a.shape) and \(b.shape) do not multiply",
                hint: "the last extent of the first must be the last but one of the second, batches must broadcast")
        }
        let shape = batch + (a.shape.count == 1 ? [] : [m]) + (b.shape.count == 1 ? [] : [n])
        let isShared = right.dropLast(2).allSatisfy { $0 == 1 }
        return MatrixProduct.multiply(
            a.reshaped(left).expanded(to: batch + [m, k]),
            isShared ? b : b.reshaped(right).expanded(to: batch + [k, n]),
            batch: batch.reduce(1, *), m: m, n: n, k: k, shape: shape)
    }
}

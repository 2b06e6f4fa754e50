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
            let weight = try call.tensor(1, "weight")
            let transposed = weight.shape.count == 2 ? weight.transposed() : weight
            let product = try Self.matmul(call, try call.tensor(0), transposed)
            guard let bias = try call.optionalTensor(2, "bias") else { return product }
            return try Self.binary(call, product, bias) { $0 + $1 }
        }
        add("einsum.default") { call in
            try Einsum(call, try call.string(0, "equation", default: nil)).evaluate(try call.tensors(1, "tensors"))
        }
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

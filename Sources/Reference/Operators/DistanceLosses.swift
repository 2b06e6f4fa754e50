import KernelIR
import Workloads

/// Distances and similarities of vectors, and losses of them.
extension OperatorTable {
    mutating func addDistanceLosses() {
        add("pairwise_distance.default") { call in
            try Self.distance(
                call, try call.tensor(0, "x1"), try call.tensor(1, "x2"), order: try call.number(2, "p", default: 2),
                epsilon: Scalar(try call.number(3, "eps", default: 1e-6)),
                keepingAxis: try call.bool(4, "keepdim", default: false))
        }
        add("triplet_margin_loss.default") { call in
            let (anchor, positive) = (try call.tensor(0, "anchor"), try call.tensor(1, "positive"))
            let negative = try call.tensor(2, "negative")
            let margin = Scalar(try call.number(3, "margin", default: 1))
            let order = try call.number(4, "p", default: 2)
            let epsilon = Scalar(try call.number(5, "eps", default: 1e-6))
            let near = try Self.distance(call, anchor, positive, order: order, epsilon: epsilon)
            var far = try Self.distance(call, anchor, negative, order: order, epsilon: epsilon)
            if try call.bool(6, "swap", default: false) {
                let other = try Self.distance(call, positive, negative, order: order, epsilon: epsilon)
                far = try Self.binary(call, far, other) { $0.isNaN || $0 < $1 ? $0 : $1 }
            }
            return try Self.binary(call, near, far) { Self.positive(margin + $0 - $1) }
                .reduced(try call.reduction(7))
        }
        add("cosine_similarity.default") { call in
            let (left, right) = (try call.tensor(0, "x1"), try call.tensor(1, "x2"))
            let rank = Swift.max(left.shape.count, right.shape.count)
            let axis = try call.axis(try call.int(2, "dim", default: 1), of: rank)
            let epsilon = Scalar(try call.number(3, "eps", default: 1e-8))
            return try Self.cosine(call, left, right, axis: axis) { product, a, b in
                let (a, b) = (a.squareRoot(), b.squareRoot())
                return product / ((a < epsilon ? epsilon : a) * (b < epsilon ? epsilon : b))
            }
        }
        add("cosine_embedding_loss.default") { call in
            let (left, right) = (try call.tensor(0, "input1"), try call.tensor(1, "input2"))
            let target = try call.tensor(2, "target")
            let margin = Scalar(try call.number(3, "margin", default: 0))
            let cosines = try Self.cosine(call, left, right, axis: target.shape.isEmpty ? 0 : 1) { product, a, b in
                product / ((a + 1e-12) * (b + 1e-12)).squareRoot()
            }
            return try Self.binary(call, cosines, target) { cosine, target in
                target == 1 ? 1 - cosine : target == -1 ? Self.positive(cosine - margin) : 0
            }.reduced(try call.reduction(4))
        }
    }

    /// ‖left − right + ε‖ along the last axis.
    private static func distance(
        _ call: OperatorCall<Scalar>, _ left: Tensor<Scalar>, _ right: Tensor<Scalar>, order: Double, epsilon: Scalar,
        keepingAxis: Bool = false
    ) throws -> Tensor<Scalar> {
        let difference = try binary(call, left, right) { $0 - $1 + epsilon }
        let axes = difference.shape.isEmpty ? [] : [difference.shape.count - 1]
        return Tensor(
            dtype: call.dtype,
            shape: ReductionView<Scalar>.shape(difference.shape, axes: axes, keepingAxes: keepingAxis),
            values: norm(ReductionView(difference, axes: axes), order))
    }

    /// A function of x·y, x·x and y·y along an axis.
    private static func cosine(
        _ call: OperatorCall<Scalar>, _ x: Tensor<Scalar>, _ y: Tensor<Scalar>, axis: Int,
        _ function: (Scalar, Scalar, Scalar) -> Scalar
    ) throws -> Tensor<Scalar> {
        let product = try binary(call, x, y) { $0 * $1 }
        func sums(_ tensor: Tensor<Scalar>) -> [Scalar] { tensor.summed(alongAxis: axis).values }
        let left = sums(x.expanded(to: product.shape).map { $0 * $0 })
        let right = sums(y.expanded(to: product.shape).map { $0 * $0 })
        let products = product.summed(alongAxis: axis)
        let values = products.values.indices.map { function(products.values[$0], left[$0], right[$0]) }
        return Tensor(dtype: call.dtype, shape: products.shape, values: values)
    }
}

import KernelIR
import Workloads

/// Layer, group, instance and batch norm: mean, reciprocal deviation, normalised result.
enum NormOperators {
    static let table: [String: Lowering] = [
        "aten.layer_norm.default": layerNorm,
        "aten.group_norm.default": groupNorm,
        "aten.instance_norm.default": instanceNorm,
        "aten.batch_norm.default": batchNorm,
    ]

    private static let layerNorm: Lowering = { call, builder throws(KernelwrightError) in
        let x = try call.tensor(0, "input")
        let shape = try call.integers(1, "normalized_shape")
        guard shape.count <= x.rank, Array(x.shape.suffix(shape.count)) == shape, !shape.isEmpty else {
            throw call.failure("normalized_shape \(shape) does not end \(x.shape)")
        }
        let affine = Affine(
            weight: try call.optionalTensor(2, "weight")?.expanded(to: x.shape),
            bias: try call.optionalTensor(3, "bias")?.expanded(to: x.shape))
        let epsilon = try call.number(4, "eps", default: 1e-5)
        return [normalize(call, x, over: Set((x.rank - shape.count)..<x.rank), affine, epsilon, &builder)]
    }

    private static let groupNorm: Lowering = { call, builder throws(KernelwrightError) in
        let x = try call.tensor(0, "input")
        let groups = try call.integer(1, "num_groups")
        guard x.rank >= 2, groups > 0, x.shape[1] % groups == 0 else {
            throw call.failure("\(groups) groups of the shape \(x.shape)", hint: "the groups must divide the channels")
        }
        let shape = [x.shape[0], groups, x.shape[1] / groups] + x.shape.dropFirst(2)
        let grouped = builder.reshape(x, to: shape, name: "\(call.name).input")
        let affine = Affine(
            weight: try call.optionalTensor(2, "weight").map { channels($0, like: shape, at: 1...2) },
            bias: try call.optionalTensor(3, "bias").map { channels($0, like: shape, at: 1...2) })
        let epsilon = try call.number(4, "eps", default: 1e-5)
        let result = normalize(call, grouped, over: Set(2..<shape.count), affine, epsilon, &builder)
        return [builder.reshape(result, to: x.shape, name: "\(call.name).result")]
    }

    private static let instanceNorm: Lowering = { call, builder throws(KernelwrightError) in
        let x = try call.tensor(0, "input")
        guard x.rank >= 2 else { throw call.failure("a tensor of rank \(x.rank)", hint: "rank 2 or more") }
        return try channelNorm(call, x, over: Set(2..<x.rank), &builder)
    }

    private static let batchNorm: Lowering = { call, builder throws(KernelwrightError) in
        let x = try call.tensor(0, "input")
        guard x.rank >= 2 else { throw call.failure("a tensor of rank \(x.rank)", hint: "rank 2 or more") }
        return try channelNorm(call, x, over: Set(0..<x.rank).subtracting([1]), &builder)
    }

    /// A norm whose weights, and given statistics where it is not training, belong to the channels (dimension 1).
    private static func channelNorm(
        _ call: Call, _ x: Tensor, over dimensions: Set<Int>, _ builder: inout ProgramBuilder
    ) throws(KernelwrightError) -> [Tensor] {
        func operand(_ position: Int, _ keyword: String) throws(KernelwrightError) -> Tensor? {
            try call.optionalTensor(position, keyword).map { channels($0, like: x.shape, at: 1...1) }
        }
        let affine = Affine(weight: try operand(1, "weight"), bias: try operand(2, "bias"))
        let epsilon = try call.number(7, "eps", default: 1e-5)
        if call.flag(5, "training", default: true) {
            return [normalize(call, x, over: dimensions, affine, epsilon, &builder)]
        }
        guard let mean = try operand(3, "running_mean"), let variance = try operand(4, "running_var") else {
            throw call.failure("running statistics are missing", hint: "give them, or normalize by the input's own")
        }
        let type = x.type.accumulating
        return [
            builder.map(call.name, x.shape, x.type) { point in
                let deviation = variance.element(point, as: type) + .constant(epsilon, type)
                let value = (x.element(point, as: type) - mean.element(point, as: type)) * .unary(.rsqrt, deviation)
                return affine.applied(to: value, point, type).cast(from: type, to: x.type)
            }
        ]
    }

    /// One value a channel, seen as the whole shape.
    private static func channels(_ tensor: Tensor, like shape: [Int], at dimensions: ClosedRange<Int>) -> Tensor {
        let aligned = shape.enumerated().map { dimensions.contains($0.offset) ? $0.element : 1 }
        return (tensor.reshaped(to: aligned) ?? tensor).expanded(to: shape)
    }

    /// Mean, then the deviations from it, then the result; the variance is taken around the mean, for accuracy.
    private static func normalize(
        _ call: Call, _ x: Tensor, over dimensions: Set<Int>, _ affine: Affine, _ epsilon: Double,
        _ builder: inout ProgramBuilder
    ) -> Tensor {
        let type = x.type.accumulating
        let share = Expr.constant(1 / Double(dimensions.reduce(1) { $0 * x.shape[$1] }), type)
        let mean = builder.reduce(
            "\(call.name).mean", x.shape, over: dimensions, .sum(type), results: [("\(call.name).mean", type)],
            lift: { [x.element($0, as: type)] }, finish: { _ in [.state(0) * share] })[0].expanded(to: x.shape)
        func centred(_ point: [Index]) -> Expr { x.element(point, as: type) - mean.element(point) }
        let scale = builder.reduce(
            "\(call.name).rstd", x.shape, over: dimensions, .sum(type), results: [("\(call.name).rstd", type)],
            lift: { [centred($0) * centred($0)] },
            finish: { _ in [.unary(.rsqrt, .state(0) * share + .constant(epsilon, type))] })[0].expanded(to: x.shape)
        return builder.map(call.name, x.shape, x.type) { point in
            affine.applied(to: centred(point) * scale.element(point), point, type).cast(from: type, to: x.type)
        }
    }

    /// Weights and biases seen as the whole shape.
    private struct Affine {
        var weight: Tensor?
        var bias: Tensor?

        func applied(to value: Expr, _ point: [Index], _ type: DType) -> Expr {
            var result = value
            if let weight { result = result * weight.element(point, as: type) }
            if let bias { result = result + bias.element(point, as: type) }
            return result
        }
    }
}

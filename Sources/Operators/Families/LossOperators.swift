import KernelIR
import Workloads

/// Losses: a value for each item, then their mean or sum as PyTorch's `reduction` says.
enum LossOperators {
    static let table: [String: Lowering] = [
        "aten.mse_loss.default": { call, builder throws(KernelwrightError) in
            try pointwise(call, &builder, reductionAt: 2) { x, y, _ in (x - y) * (x - y) }
        },
        "aten.smooth_l1_loss.default": { call, builder throws(KernelwrightError) in
            let beta = try call.number(3, "beta", default: 1)
            return try pointwise(call, &builder, reductionAt: 2) { x, y, type in
                let size = Expr.unary(.absolute, x - y)
                let far = size - .constant(0.5 * beta, type)
                let near = size * size * .constant(0.5 / max(beta, .leastNormalMagnitude), type)
                return .select(.binary(.less, size, .constant(beta, type)), near, far)
            }
        },
        "aten.huber_loss.default": { call, builder throws(KernelwrightError) in
            let delta = try call.number(3, "delta", default: 1)
            return try pointwise(call, &builder, reductionAt: 2) { x, y, type in
                let size = Expr.unary(.absolute, x - y)
                let far = (size - .constant(0.5 * delta, type)) * .constant(delta, type)
                let near = size * size * .constant(0.5, type)
                return .select(.binary(.less, size, .constant(delta, type)), near, far)
            }
        },
        "aten.kl_div.default": { call, builder throws(KernelwrightError) in
            let isLogarithm = call.flag(3, "log_target", default: false)
            return try pointwise(call, &builder, reductionAt: 2) { x, y, type in
                if isLogarithm { return .unary(.exp, y) * (y - x) }
                // 0 · log 0 is 0; what has no logarithm is NaN.
                let zero = Expr.constant(0, type)
                return .select(.binary(.equal, y, zero), zero, y * .unary(.log, y)) - y * x
            }
        },
        "aten.cross_entropy_loss.default": crossEntropy,
        "aten.triplet_margin_loss.default": tripletMargin,
    ]

    /// A formula of two broadcast operands, then the reduction.
    private static func pointwise(
        _ call: Call, _ builder: inout ProgramBuilder, reductionAt position: Int, _ formula: (Expr, Expr, DType) -> Expr
    ) throws(KernelwrightError) -> [Tensor] {
        let (x, y) = (try call.tensor(0, "self"), try call.tensor(1, "target"))
        guard let shape = Shape.broadcast([x.shape, y.shape]) else {
            throw call.failure("shapes \(x.shape) and \(y.shape) do not broadcast")
        }
        let type = try call.resultType().dtype.accumulating
        let (first, second) = (x.expanded(to: shape), y.expanded(to: shape))
        return [
            try reduced(call, shape, type, at: position, &builder) {
                formula(first.element($0, as: type), second.element($0, as: type), type)
            }
        ]
    }

    /// Each item's logarithm of the sum of exponentials, less the score of its class; items of the class `ignore_index`
    /// do not count.
    private static let crossEntropy: Lowering = { call, builder throws(KernelwrightError) in
        let (x, classes) = (try call.tensor(0, "self"), try call.tensor(1, "target"))
        guard try call.optionalTensor(2, "weight") == nil, try call.number(5, "label_smoothing", default: 0) == 0,
            x.rank >= 2, classes.type == .int64, classes.shape == [x.shape[0]] + x.shape.dropFirst(2)
        else {
            throw call.failure(
                "scores of shape \(x.shape) and targets of shape \(classes.shape)",
                hint: "a class number for each item, no weights, no smoothing")
        }
        let type = try call.resultType().dtype.accumulating
        let target = classes.unsqueezed(1).expanded(to: x.shape)
        let logarithm = ReductionOperators.logSumExp(x, over: [1], name: "\(call.name).logsumexp", type, &builder)
        let score = builder.reduce(
            "\(call.name).score", x.shape, over: [1], .sum(type), results: [("\(call.name).score", type)],
            lift: { point in
                let isTarget = Expr.binary(.equal, .index(point[1], .int64), target.element(point))
                return [.select(isTarget, x.element(point, as: type), .constant(0, type))]
            }, finish: { _ in [.state(0)] })[0]
        let ignored = Expr.constant(Double(try call.integer(4, "ignore_index", default: -100)), .int64)
        let ownClass = classes.unsqueezed(1)
        let counts = { (point: [Index]) in Expr.binary(.notEqual, ownClass.element(point), ignored) }
        return [
            try reduced(call, logarithm.shape, type, at: 3, counting: counts, &builder) {
                logarithm.element($0) - score.element($0)
            }
        ]
    }

    /// max(‖a − p‖ − ‖a − n‖ + margin, 0) over the last dimension.
    private static let tripletMargin: Lowering = { call, builder throws(KernelwrightError) in
        let anchor = try call.tensor(0, "anchor")
        let others = [try call.tensor(1, "positive"), try call.tensor(2, "negative")]
        let (margin, epsilon) = (try call.number(3, "margin", default: 1), try call.number(5, "eps", default: 1e-6))
        guard try call.number(4, "p", default: 2) == 2, !call.flag(6, "swap", default: false), anchor.rank >= 1,
            others.allSatisfy({ $0.shape == anchor.shape })
        else { throw call.failure("a norm or an order", hint: "p = 2, no swap, three equal shapes") }
        let type = try call.resultType().dtype.accumulating
        var distances: [Tensor] = []
        for (name, other) in zip(["positive", "negative"], others) {
            let stage = "\(call.name).\(name)"
            distances += builder.reduce(
                stage, anchor.shape, over: [anchor.rank - 1], .sum(type), results: [(stage, type)],
                lift: { point in
                    let difference =
                        anchor.element(point, as: type) - other.element(point, as: type) + .constant(epsilon, type)
                    return [difference * difference]
                }, finish: { _ in [.unary(.sqrt, .state(0))] })
        }
        let (near, far) = (distances[0], distances[1])
        return [
            try reduced(call, near.shape, type, at: 7, &builder) { point in
                let excess = near.element(point) - far.element(point) + .constant(margin, type)
                return .binary(.max, excess, .constant(0, type))
            }
        ]
    }

    /// All values (reduction 0), their mean (1) or their sum (2); items that do not count are 0 and no part of the mean.
    private static func reduced(
        _ call: Call, _ shape: [Int], _ type: DType, at position: Int, counting: (([Index]) -> Expr)? = nil,
        _ builder: inout ProgramBuilder, _ value: ([Index]) -> Expr
    ) throws(KernelwrightError) -> Tensor {
        let result = try call.resultType()
        let mode = try call.integer(position, "reduction", default: 1)
        let (zero, one) = (Expr.constant(0, type), Expr.constant(1, type))
        func counted(_ point: [Index]) -> Expr {
            guard let counting else { return value(point) }
            return .select(counting(point), value(point), zero)
        }
        guard mode != 0 else {
            let all = builder.map(call.name, shape, result.dtype) { counted($0).cast(from: type, to: result.dtype) }
            return all.reshaped(to: result.shape) ?? all
        }
        let all = Set(shape.indices)
        if mode == 1, let counting {
            return builder.reduce(
                call.name, shape, over: all, .sums(2, type), results: [(call.name, result.dtype)],
                lift: { [counted($0), .select(counting($0), one, zero)] },
                finish: { _ in [(Expr.state(0) / .state(1)).cast(from: type, to: result.dtype)] })[0].squeezed(all)
        }
        let share = Expr.constant(1 / Double(shape.reduce(1, *)), type)
        return builder.reduce(
            call.name, shape, over: all, .sum(type), results: [(call.name, result.dtype)],
            lift: { [counted($0)] },
            finish: { _ in
                [(mode == 1 ? Expr.state(0) * share : .state(0)).cast(from: type, to: result.dtype)]
            })[0].squeezed(all)
    }
}

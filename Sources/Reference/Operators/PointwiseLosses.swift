import KernelIR
import Workloads

/// Losses of an input and a target, element by element.
extension OperatorTable {
    mutating func addPointwiseLosses() {
        addRegressionLosses()
        addProbabilityLosses()
        addSignLosses()
    }

    /// Registers a loss of two tensors that broadcast; `make` reads the options once.
    private mutating func add(
        loss name: String, reduction: Int,
        _ make: @escaping @Sendable (OperatorCall<Scalar>) throws -> @Sendable (Scalar, Scalar) -> Scalar
    ) {
        add(name + ".default") { call in
            let function = try make(call)
            let losses = try Self.binary(call, try call.tensor(0), try call.tensor(1, "target"), function)
            return losses.reduced(try call.reduction(reduction))
        }
    }

    private mutating func addRegressionLosses() {
        add(loss: "mse_loss", reduction: 2) { _ in { ($0 - $1) * ($0 - $1) } }
        add(loss: "l1_loss", reduction: 2) { _ in { ($0 - $1).magnitude } }
        add(loss: "smooth_l1_loss", reduction: 2) { call in
            let beta = Scalar(try call.number(3, "beta", default: 1))
            return { x, target in
                let error = (x - target).magnitude
                return error < beta ? error * error / (2 * beta) : error - beta / 2
            }
        }
        add(loss: "huber_loss", reduction: 2) { call in
            let delta = Scalar(try call.number(3, "delta", default: 1))
            return { x, target in
                let error = (x - target).magnitude
                return error < delta ? error * error / 2 : delta * (error - delta / 2)
            }
        }
        add(loss: "poisson_nll_loss", reduction: 5) { call in
            let isLogarithm = try call.bool(2, "log_input", default: nil)
            let isFull = try call.bool(3, "full", default: nil)
            let epsilon = Scalar(try call.number(4, "eps", default: nil))
            return { x, target in
                let loss = isLogarithm ? Scalar.exp(x) - target * x : x - target * Scalar.log(x + epsilon)
                guard isFull, target > 1 else { return loss }
                return loss + target * Scalar.log(target) - target + Scalar.log(2 * Scalar.pi * target) / 2
            }
        }
    }

    private mutating func addProbabilityLosses() {
        add(loss: "kl_div", reduction: 2) { call in
            if try call.bool(3, "log_target", default: false) {
                return { x, target in Scalar.exp(target) * (target - x) }
            }
            // x · log x is 0 at 0.
            return { x, target in (target == 0 ? 0 : target * Scalar.log(target)) - target * x }
        }
        add("binary_cross_entropy.default") { call in
            // Logarithms are cut at −100.
            let losses = try Self.binary(call, try call.tensor(0), try call.tensor(1, "target")) { x, target in
                let (log, complement) = (Scalar.log(x), Scalar.log1p(-x))
                return (target - 1) * (complement < -100 ? -100 : complement) - target * (log < -100 ? -100 : log)
            }
            return try Self.weighted(call, losses).reduced(try call.reduction(3))
        }
        add("binary_cross_entropy_with_logits.default") { call in
            let (x, target) = (try call.tensor(0), try call.tensor(1, "target"))
            // log(1 + exp(−x)) without overflow.
            let tails = x.map { Scalar.log1p(Scalar.exp(-$0.magnitude)) + ($0 < 0 ? -$0 : 0) }
            var factors = target.map { _ in 1 }
            if let positive = try call.optionalTensor(3, "pos_weight") {
                factors = try Self.binary(call, target, positive) { 1 + ($1 - 1) * $0 }
            }
            let linear = try Self.binary(call, x, target) { (1 - $1) * $0 }
            let losses = try Self.binary(call, linear, try Self.binary(call, factors, tails) { $0 * $1 }) { $0 + $1 }
            return try Self.weighted(call, losses).reduced(try call.reduction(4))
        }
    }

    /// Losses times the weight of argument 2.
    private static func weighted(_ call: OperatorCall<Scalar>, _ losses: Tensor<Scalar>) throws -> Tensor<Scalar> {
        guard let weight = try call.optionalTensor(2, "weight") else { return losses }
        return try binary(call, losses, weight) { $0 * $1 }
    }

    private mutating func addSignLosses() {
        add(loss: "soft_margin_loss", reduction: 2) { _ in { Scalar.log1p(Scalar.exp(-$1 * $0)) } }
        add(loss: "hinge_embedding_loss", reduction: 3) { call in
            let margin = Scalar(try call.number(2, "margin", default: 1))
            return { x, target in (target != -1 ? x : 0) + (target != 1 ? Self.positive(margin - x) : 0) }
        }
        add("margin_ranking_loss.default") { call in
            let margin = Scalar(try call.number(3, "margin", default: 0))
            let gaps = try Self.binary(call, try call.tensor(0), try call.tensor(1, "input2")) { $0 - $1 }
            return try Self.binary(call, gaps, try call.tensor(2, "target")) { Self.positive(margin - $1 * $0) }
                .reduced(try call.reduction(4))
        }
    }

    /// x where it is not negative, else 0; NaN stays.
    @inline(__always)
    static func positive(_ x: Scalar) -> Scalar { x < 0 ? 0 : x }
}

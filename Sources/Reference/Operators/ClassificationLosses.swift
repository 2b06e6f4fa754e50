import KernelIR
import Workloads

/// Losses of class scores `[batch, classes, …]` or `[classes]`.
extension OperatorTable {
    mutating func addClassificationLosses() {
        for form in ["nll_loss_nd.default", "nll_loss.default", "nll_loss2d.default"] {
            add(form) { call in
                try ClassTargets(call, reduction: 3, ignored: 4).loss(try call.tensor(0)).reduced
            }
        }
        for form in ["nll_loss_forward.default", "nll_loss2d_forward.default"] {
            add(several: "aten." + form) { call in
                let (reduced, weight) = try ClassTargets(call, reduction: 3, ignored: 4).loss(try call.tensor(0))
                return [reduced, Tensor(scalar: weight, dtype: reduced.dtype)]
            }
        }
        add("cross_entropy_loss.default") { call in
            let (x, target) = (try call.tensor(0), try call.tensor(1, "target"))
            let logarithms = Self.logSoftmax(x, axis: ClassTargets<Scalar>.axis(of: x))
            let smoothing = Scalar(try call.number(5, "label_smoothing", default: 0))
            if target.shape == x.shape { return try Self.crossEntropy(call, logarithms, target, smoothing) }
            let targets = try ClassTargets(call, reduction: 3, ignored: 4)
            return try targets.smoothed(logarithms, smoothing)
        }
    }

    /// Cross entropy with a distribution over the classes as target; the mean is over the items.
    private static func crossEntropy(
        _ call: OperatorCall<Scalar>, _ logarithms: Tensor<Scalar>, _ target: Tensor<Scalar>, _ smoothing: Scalar
    ) throws -> Tensor<Scalar> {
        let axis = ClassTargets<Scalar>.axis(of: logarithms)
        let classes = Scalar(logarithms.shape.isEmpty ? 1 : logarithms.shape[axis])
        var terms = try binary(call, logarithms, target) { -$0 * ($1 * (1 - smoothing) + smoothing / classes) }
        if let weight = try call.optionalTensor(2, "weight") {
            let trailing = Swift.max(terms.shape.count - 1 - axis, 0)
            let column = weight.reshaped(weight.shape + Array(repeating: 1, count: trailing))
            terms = try binary(call, terms, column) { $0 * $1 }
        }
        switch try call.reduction(3) {
        case .none: return terms.summed(alongAxis: axis)
        case .sum: return terms.reduced(.sum)
        case .mean:
            let items = Scalar(terms.values.count) / classes
            return Tensor(scalar: terms.total / items, dtype: terms.dtype)
        }
    }
}

/// One class per item, the weights of the classes, and the class that does not count.
private struct ClassTargets<Scalar: ReferenceScalar> {
    private let call: OperatorCall<Scalar>
    private let classes: [Int]
    private let shape: [Int]
    private let weight: [Scalar]?
    private let reduction: LossReduction
    private let ignored: Int

    init(_ call: OperatorCall<Scalar>, reduction: Int, ignored: Int) throws {
        self.call = call
        let target = try call.tensor(1, "target")
        classes = target.values.map { Int($0) }
        shape = target.shape
        weight = try call.optionalTensor(2, "weight")?.values
        self.reduction = try call.reduction(reduction)
        self.ignored = try call.int(ignored, "ignore_index", default: -100)
    }

    /// The axis of the classes.
    static func axis(of x: Tensor<Scalar>) -> Int { x.shape.count > 1 ? 1 : 0 }

    /// Negative log-likelihood, reduced, and the weights' sum; the mean is weighted.
    func loss(_ logarithms: Tensor<Scalar>) throws -> (reduced: Tensor<Scalar>, weight: Scalar) {
        let view = try view(logarithms)
        let weights = try weights(view.length)
        let losses = classes.indices.map { item -> Scalar in
            guard classes[item] != ignored else { return 0 }
            let place = (item / view.inner * view.length + classes[item]) * view.inner + item % view.inner
            return -logarithms.values[place] * weights[item]
        }
        return (reduced(losses, dtype: logarithms.dtype, weights), reduction == .none ? 0 : sum(weights))
    }

    /// Cross entropy in which each target gives a share of `smoothing` to all classes alike.
    func smoothed(_ logarithms: Tensor<Scalar>, _ smoothing: Scalar) throws -> Tensor<Scalar> {
        let sharp = try loss(logarithms).reduced
        guard smoothing > 0 else { return sharp }
        let view = try view(logarithms)
        let even = classes.indices.map { item -> Scalar in
            guard classes[item] != ignored else { return 0 }
            let first = item / view.inner * view.length * view.inner + item % view.inner
            return -Summation<Scalar>.sum(view.length) {
                logarithms.values[first + $0 * view.inner] * (weight?[$0] ?? 1)
            }
        }
        let flat = reduced(even, dtype: logarithms.dtype, try weights(view.length))
        let share = smoothing / Scalar(view.length)
        return try OperatorTable.binary(call, sharp, flat) { $0 * (1 - smoothing) + $1 * share }
    }

    private func view(_ x: Tensor<Scalar>) throws -> ReductionView<Scalar> {
        let axis = Self.axis(of: x)
        guard !x.shape.isEmpty, shape == Array(x.shape[..<axis]) + x.shape[(axis + 1)...] else {
            throw call.error(
                "targets of the shape \(shape) for scores of the shape \(x.shape)",
                hint: "give one target per item, or a distribution over the classes per item")
        }
        return ReductionView(x, axes: [axis])
    }

    /// The weight of each item: its class's, 0 where it is ignored.
    private func weights(_ count: Int) throws -> [Scalar] {
        guard weight.map({ $0.count == count }) ?? true else {
            throw call.error("\(weight?.count ?? 0) weights", hint: "give \(count), one a class")
        }
        return try classes.map { target in
            guard target != ignored else { return 0 }
            guard (0..<count).contains(target) else {
                throw call.error("target \(target)", hint: "classes are 0 to \(count - 1)")
            }
            return weight?[target] ?? 1
        }
    }

    private func reduced(_ losses: [Scalar], dtype: DType, _ weights: [Scalar]) -> Tensor<Scalar> {
        switch reduction {
        case .none: Tensor(dtype: dtype, shape: shape, values: losses)
        case .sum: Tensor(scalar: sum(losses), dtype: dtype)
        case .mean: Tensor(scalar: sum(losses) / sum(weights), dtype: dtype)
        }
    }

    private func sum(_ values: [Scalar]) -> Scalar { Summation<Scalar>.sum(values.count) { values[$0] } }
}

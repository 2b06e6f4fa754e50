import Workloads

/// How a loss is reduced, by PyTorch's numbers.
enum LossReduction: Int, Sendable {
    case none, mean, sum
}

extension OperatorCall {
    /// The reduction of a loss: 0 none, 1 mean (the default), 2 sum.
    func reduction(_ position: Int) throws -> LossReduction {
        let number = try int(position, "reduction", default: 1)
        guard let reduction = LossReduction(rawValue: number) else {
            throw error("reduction \(number)", hint: "use 0 (none), 1 (mean) or 2 (sum)")
        }
        return reduction
    }
}

extension Tensor {
    /// The sum of all elements.
    var total: Scalar { ReductionView(self, axes: []).sums { $0 }.first ?? 0 }

    /// The elements, their mean or their sum.
    func reduced(_ reduction: LossReduction) -> Tensor {
        switch reduction {
        case .none: self
        case .mean: Tensor(scalar: total / Scalar(values.count), dtype: dtype)
        case .sum: Tensor(scalar: total, dtype: dtype)
        }
    }

    /// Sums along one axis, which goes.
    func summed(alongAxis axis: Int, keepingAxis: Bool = false) -> Tensor {
        guard !shape.isEmpty else { return self }
        return Tensor(
            dtype: dtype, shape: ReductionView<Scalar>.shape(shape, axes: [axis], keepingAxes: keepingAxis),
            values: ReductionView(self, axes: [axis]).sums { $0 })
    }
}

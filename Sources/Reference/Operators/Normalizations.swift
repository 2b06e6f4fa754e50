import KernelIR
import Workloads

/// Normalization by mean and (biased) variance, computed in two passes.
extension OperatorTable {
    mutating func addNormalizations() {
        add("layer_norm.default") { call in
            let x = try call.tensor(0)
            let length = try call.ints(1, "normalized_shape", default: nil).reduce(1, *)
            guard length > 0, x.values.count % length == 0 else {
                throw call.error("normalized shape of \(length) elements", hint: "name the last axes of \(x.shape)")
            }
            let groups = Grouping(groups: x.values.count / length, segments: 1, segmentLength: length)
            let affine = try Affine(
                call,
                weight: try call.optionalTensor(2, "weight"), bias: try call.optionalTensor(3, "bias"), count: 1,
                run: length, isElementwise: true)
            return Self.normalize(x, groups, affine, epsilon: Scalar(try call.number(4, "eps", default: 1e-5)))
        }
        add("rms_norm.default") { call in
            let x = try call.tensor(0)
            let length = try call.ints(1, "normalized_shape", default: nil).reduce(1, *)
            guard length > 0, x.values.count % length == 0 else {
                throw call.error("normalized shape of \(length) elements", hint: "name the last axes of \(x.shape)")
            }
            let affine = try Affine(
                call, weight: try call.optionalTensor(2, "weight"), bias: nil, count: 1, run: length,
                isElementwise: true)
            let epsilon = Scalar(try call.number(3, "eps", default: call.dtype == .float64 ? 0x1p-52 : 0x1p-23))
            let squares = ReductionView(x.reshaped([x.values.count / length, length]), axes: [1]).sums { $0 * $0 }
            return Self.write(x, affine) { place in
                (0, 1 / (squares[place / length] / Scalar(length) + epsilon).squareRoot())
            }
        }
        add("group_norm.default") { call in
            let x = try call.tensor(0)
            let groups = try call.int(1, "num_groups", default: nil)
            let (batch, channels, area) = try Self.extents(call, x)
            guard groups > 0, channels % groups == 0 else {
                throw call.error("\(groups) groups", hint: "a divisor of the \(channels) channels")
            }
            let affine = try Affine(
                call,
                weight: try call.optionalTensor(2, "weight"), bias: try call.optionalTensor(3, "bias"),
                count: channels, run: area)
            let grouping = Grouping(
                groups: batch * groups, segments: 1, segmentLength: channels / groups * area)
            return Self.normalize(x, grouping, affine, epsilon: Scalar(try call.number(4, "eps", default: 1e-5)))
        }
        addStatisticsNorm("instance_norm.default") { batch, channels, area in
            Grouping(groups: batch * channels, segments: 1, segmentLength: area)
        }
        addStatisticsNorm("batch_norm.default") { batch, channels, area in
            Grouping(groups: channels, segments: batch, segmentLength: area)
        }
    }

    /// Registers a norm with the arguments (input, weight, bias, running mean, running variance, from batch, momentum, eps).
    private mutating func addStatisticsNorm(_ name: String, _ grouping: @escaping @Sendable (Int, Int, Int) -> Grouping)
    {
        add(name) { call in
            let x = try call.tensor(0)
            let (batch, channels, area) = try Self.extents(call, x)
            let affine = try Affine(
                call,
                weight: try call.optionalTensor(1, "weight"), bias: try call.optionalTensor(2, "bias"),
                count: channels, run: area)
            let epsilon = Scalar(try call.number(7, "eps", default: 1e-5))
            if try call.bool(5, "training", default: nil) {
                return Self.normalize(x, grouping(batch, channels, area), affine, epsilon: epsilon)
            }
            let mean = try call.tensor(3, "running_mean").values
            let variance = try call.tensor(4, "running_var").values
            guard mean.count == channels, variance.count == channels else {
                throw call.error("\(mean.count) means, \(variance.count) variances", hint: "give \(channels) of each")
            }
            return Self.write(x, affine) { place in
                let channel = place / area % channels
                return (mean[channel], 1 / (variance[channel] + epsilon).squareRoot())
            }
        }
    }

    /// Batch, channels and elements of one channel of one item.
    private static func extents(
        _ call: OperatorCall<Scalar>, _ x: Tensor<Scalar>
    ) throws -> (batch: Int, channels: Int, area: Int) {
        guard x.shape.count >= 2 else { throw call.error("shape \(x.shape)", hint: "give [batch, channels, ...]") }
        return (x.shape[0], x.shape[1], x.shape[2...].reduce(1, *))
    }

    private static func normalize(
        _ x: Tensor<Scalar>, _ grouping: Grouping, _ affine: Affine<Scalar>, epsilon: Scalar
    ) -> Tensor<Scalar> {
        let moments = grouping.moments(x)
        return write(x, affine) { place in
            let moment = moments[grouping.group(of: place)]
            return (moment.mean, 1 / (moment.variance + epsilon).squareRoot())
        }
    }

    /// Writes (x − mean) · factor · weight + bias; mean and factor stay the same over each run of the affine part.
    @inline(__always)
    private static func write(
        _ x: Tensor<Scalar>, _ affine: Affine<Scalar>, _ statistics: (Int) -> (mean: Scalar, factor: Scalar)
    ) -> Tensor<Scalar> {
        Tensor(dtype: x.dtype, shape: x.shape) { out in
            x.values.withUnsafeBufferPointer { x in
                Parallel.run(x.count / max(affine.run, 1), grain: max(1, (1 << 16) / max(affine.run, 1))) { range in
                    for run in range {
                        let start = run * affine.run
                        let (mean, factor) = statistics(start)
                        let learned = run % affine.count * (affine.isElementwise ? affine.run : 1)
                        for i in 0..<affine.run {
                            let place = learned + (affine.isElementwise ? i : 0)
                            let value = (x[start + i] - mean) * factor * affine.weight[place] + affine.bias[place]
                            (out + start + i).initialize(to: value)
                        }
                    }
                }
            }
        }
    }
}

/// The learned scale and shift: one pair for every `run` elements, `count` pairs in turn; or, elementwise, as many pairs
/// as there are elements in `count` runs.
private struct Affine<Scalar: ReferenceScalar> {
    var weight: [Scalar]
    var bias: [Scalar]
    var count: Int
    var run: Int
    var isElementwise: Bool

    /// Throws `badInput` where the learned tensors do not have one element a pair.
    init(
        _ call: OperatorCall<Scalar>, weight: Tensor<Scalar>?, bias: Tensor<Scalar>?, count: Int, run: Int,
        isElementwise: Bool = false
    ) throws {
        let pairs = isElementwise ? count * run : count
        for tensor in [weight, bias].compactMap({ $0 }) where tensor.values.count != pairs {
            throw call.error("a weight or bias has the shape \(tensor.shape)", hint: "give \(pairs) elements")
        }
        self.weight = weight?.values ?? Array(repeating: 1, count: pairs)
        self.bias = bias?.values ?? Array(repeating: 0, count: pairs)
        (self.count, self.run, self.isElementwise) = (count, run, isElementwise)
    }
}

/// Which elements share their statistics: group `g` owns the segments g, g + groups, g + 2·groups, …
private struct Grouping: Sendable {
    var groups: Int
    var segments: Int
    var segmentLength: Int

    @inline(__always)
    func group(of place: Int) -> Int { place / segmentLength % groups }

    /// Mean and biased variance of every group.
    func moments<Scalar: ReferenceScalar>(_ x: Tensor<Scalar>) -> [(mean: Scalar, variance: Scalar)] {
        var moments = [(mean: Scalar, variance: Scalar)](repeating: (0, 0), count: groups)
        let count = Scalar(segments * segmentLength)
        moments.withUnsafeMutableBufferPointer { moments in
            x.values.withUnsafeBufferPointer { x in
                Parallel.run(groups, grain: max(1, (1 << 16) / max(segments * segmentLength, 1))) { range in
                    for group in range {
                        let mean = sum(group) { x[$0] } / count
                        let variance = sum(group) { (x[$0] - mean) * (x[$0] - mean) } / count
                        moments[group] = (mean, variance)
                    }
                }
            }
        }
        return moments
    }

    @inline(__always)
    private func sum<Scalar: ReferenceScalar>(_ group: Int, _ term: (Int) -> Scalar) -> Scalar {
        var sum = Summation<Scalar>()
        for segment in 0..<segments {
            let start = (segment * groups + group) * segmentLength
            sum.add(segmentLength) { term(start + $0) }
        }
        return sum.total
    }
}

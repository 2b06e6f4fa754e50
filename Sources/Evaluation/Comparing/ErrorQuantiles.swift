import KernelIR

/// How the scaled errors |y − r| / (|r| + rms(r)) of one output are distributed: arithmetic in a narrower type lifts the
/// median, a few wrong elements lift the last quantiles only.
public struct ErrorQuantiles: Sendable, Hashable, Codable {
    public var p50: Double
    public var p90: Double
    public var p99: Double
    public var p999: Double
    /// The largest of all elements.
    public var max: Double
    /// Elements behind the quantiles, spread evenly over the output.
    public var elements: Int

    /// Elements that the quantiles are taken of, at most.
    static let most = 16384

    /// The quantiles of one output; nil where no looked-at element is finite on both sides. O(1) in the output's size.
    ///
    /// - Parameters:
    ///   - found: the output as the candidate left it.
    ///   - max: the largest scaled error of all elements.
    init?(_ found: UnsafeRawBufferPointer, _ expected: ExpectedOutput, max: Double) {
        let count = expected.values.count
        let looked = Swift.min(count, Self.most)
        let errors = (0..<looked).compactMap { slot -> Double? in
            let index = slot * count / looked
            let (y, r) = (expected.value(at: index, of: found), expected.values[index])
            guard y.isFinite, r.isFinite else { return nil }
            return y == r ? 0 : abs(y - r) / (abs(r) + expected.rms)
        }.sorted()
        guard !errors.isEmpty, max.isFinite else { return nil }
        func quantile(_ share: Double) -> Double {
            errors[Swift.min(errors.count - 1, Int(share * Double(errors.count)))]
        }
        (p50, p90, p99, p999) = (quantile(0.5), quantile(0.9), quantile(0.99), quantile(0.999))
        self.max = max
        elements = errors.count
    }
}

/// A ratio with its 95 % interval.
public struct RatioInterval: Sendable, Hashable, Codable {
    /// What an interval says about the question "is it faster?".
    public enum Outcome: String, Sendable, Hashable, Codable { case win, tie, loss }

    public var ratio: Double
    public var low: Double
    public var high: Double

    public init(ratio: Double, low: Double, high: Double) {
        self.ratio = ratio
        self.low = low
        self.high = high
    }

    /// Ratios nearer to 1 than this are no difference: two copies of one program differ as much by where they lie in
    /// memory.
    public static let leastEffect = 0.02

    /// A win when the whole interval lies above 1 by the least effect, a loss when it lies below, else a tie.
    public var outcome: Outcome {
        low > 1 + Self.leastEffect ? .win : high < 1 / (1 + Self.leastEffect) ? .loss : .tie
    }

    /// The ratio of medians of two interleaved series with its percentile-bootstrap interval (Efron 1979).
    ///
    /// Pairs are resampled together: entries i of both series were measured next to each other, so that a
    /// disturbance of the machine that hits both cancels in the ratio. Deterministic in `seed`.
    /// O(resamples · n log n).
    /// - Precondition: both series have the same length, at least 1, and hold positive numbers.
    public static func bootstrap(
        numerator: [Double], denominator: [Double], seed: UInt64, resamples: Int = 1000
    ) -> RatioInterval {
        precondition(numerator.count == denominator.count && !numerator.isEmpty, "the series must be paired")
        let ratio = median(numerator) / median(denominator)
        var random = SplitMix64(seed: seed)
        var above = numerator
        var below = denominator
        var ratios = (0..<resamples).map { _ in
            for slot in numerator.indices {
                let pair = Int.random(in: numerator.indices, using: &random)
                above[slot] = numerator[pair]
                below[slot] = denominator[pair]
            }
            return median(above) / median(below)
        }
        ratios.sort()
        let tail = Int((0.025 * Double(resamples)).rounded(.down))
        return RatioInterval(
            ratio: ratio, low: min(ratio, ratios[tail]), high: max(ratio, ratios[resamples - 1 - tail]))
    }
}

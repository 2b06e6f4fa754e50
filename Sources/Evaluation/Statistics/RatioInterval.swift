import Foundation

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

    /// The interval over sittings where there are several, else over pairs.
    ///
    /// - Parameter sittings: how many pairs belong to each sitting, in order; adds up to the length of the series.
    public init(numerator: [Double], denominator: [Double], sittings: [Int], seed: UInt64) {
        var ratios: [Double] = []
        var start = 0
        for count in sittings where count > 0 {
            let pairs = start..<(start + count)
            ratios.append(median(Array(numerator[pairs])) / median(Array(denominator[pairs])))
            start += count
        }
        self =
            ratios.count > 1
            ? .overSittings(ratios) : .bootstrap(numerator: numerator, denominator: denominator, seed: seed)
    }

    /// The geometric mean of ratios that were measured independently, with Student's interval for its logarithm.
    ///
    /// What lasts as long as a process, such as where its threads run and its memory lies, makes the pairs of one sitting
    /// alike: only sittings are independent. O(n).
    /// - Precondition: at least two positive numbers.
    static func overSittings(_ ratios: [Double]) -> RatioInterval {
        precondition(ratios.count > 1, "one sitting has no spread")
        // Relative to the first, so that equal ratios keep their last digit.
        let logarithms = ratios.map { log($0 / ratios[0]) }
        let count = Double(ratios.count)
        let mean = logarithms.reduce(0, +) / count
        let variance = logarithms.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / (count - 1)
        let quantile = studentQuantiles[min(ratios.count - 2, studentQuantiles.count - 1)]
        let reach = quantile * (variance / count).squareRoot()
        return RatioInterval(
            ratio: ratios[0] * exp(mean), low: ratios[0] * exp(mean - reach), high: ratios[0] * exp(mean + reach))
    }

    /// Student's 97.5 % quantiles for 1 to 9 degrees of freedom (Student, Biometrika 6, 1908); more are rounded down.
    private static let studentQuantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]

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

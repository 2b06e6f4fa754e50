import Foundation

extension RatioInterval {
    /// The geometric mean of ratios of independent subjects, such as workloads, with its percentile-bootstrap interval
    /// (Efron 1979) over them.
    ///
    /// It says how the mean would vary with other subjects of the same kind, and nothing of the ratios' own errors.
    /// Deterministic in `seed`. O(resamples · n).
    /// - Precondition: at least one ratio, all positive.
    public static func bootstrap(
        geometricMeanOf ratios: [Double], seed: UInt64, resamples: Int = 1000
    ) -> RatioInterval {
        precondition(!ratios.isEmpty && ratios.allSatisfy { $0 > 0 }, "ratios must be positive")
        let logarithms = ratios.map { log($0) }
        let count = Double(ratios.count)
        let ratio = exp(logarithms.reduce(0, +) / count)
        var random = SplitMix64(seed: seed)
        var means = (0..<resamples).map { _ in
            let sum = logarithms.indices.reduce(0.0) { sum, _ in
                sum + logarithms[Int.random(in: logarithms.indices, using: &random)]
            }
            return exp(sum / count)
        }
        means.sort()
        let tail = Int((0.025 * Double(resamples)).rounded(.down))
        return RatioInterval(
            ratio: ratio, low: min(ratio, means[tail]), high: max(ratio, means[resamples - 1 - tail]))
    }
}

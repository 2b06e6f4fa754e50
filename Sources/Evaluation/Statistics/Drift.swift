import Foundation

/// A steady change of a series while it was measured: a machine that warms up, a neighbour that came or went.
public struct Drift: Sendable, Hashable, Codable {
    /// The change from the first to the last value, relative to the first, by the median slope of all pairs.
    public var change: Double
    /// How likely a series without drift is to look like this or worse.
    public var significance: Double

    /// Changes below this are not worth a word, however certain.
    static let leastChange = 0.02
    /// Series that are more likely than this without drift have none.
    static let level = 0.01

    /// The drift of positive values in the order of measurement; nil where there is none worth a word, or there are too
    /// few values to tell. O(n²).
    ///
    /// The slope of the logarithms is Theil's and Sen's (JASA 63, 1968), the test is Mann's and Kendall's (Mann,
    /// Econometrica 13, 1945) in its normal approximation.
    public init?(of values: [Double]) {
        let count = values.count
        guard count >= 7, values.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
        let logarithms = values.map { log($0) }
        var slopes: [Double] = []
        var score = 0
        for later in 1..<count {
            for earlier in 0..<later {
                let rise = logarithms[later] - logarithms[earlier]
                slopes.append(rise / Double(later - earlier))
                score += rise > 0 ? 1 : rise < 0 ? -1 : 0
            }
        }
        let n = Double(count)
        let deviation = (n * (n - 1) * (2 * n + 5) / 18).squareRoot()
        // One step towards 0 corrects for the score being a whole number.
        let normal = Double(max(abs(score) - 1, 0)) / deviation
        significance = erfc(normal / 2.0.squareRoot())
        change = exp(median(slopes) * (n - 1)) - 1
        guard significance < Self.level, abs(change) >= Self.leastChange else { return nil }
    }
}

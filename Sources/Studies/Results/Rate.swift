import Foundation

/// A share with its 95 % interval.
///
/// Source: Wilson, "Probable inference, the law of succession, and statistical inference", 1927; the interval stays inside
/// 0 … 1 and says something also where nothing or everything was counted.
public struct Rate: Sendable, Hashable, Codable {
    public var count: Int
    public var total: Int
    /// The share; nil of nothing.
    public var share: Double?
    public var low: Double
    public var high: Double

    public init(_ count: Int, of total: Int) {
        (self.count, self.total) = (count, total)
        guard total > 0 else {
            (share, low, high) = (nil, 0, 1)
            return
        }
        let (n, p, z) = (Double(total), Double(count) / Double(total), 1.959963984540054)
        let centre = p + z * z / (2 * n)
        let reach = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        share = p
        low = count == 0 ? 0 : max(0, (centre - reach) / (1 + z * z / n))
        high = count == total ? 1 : min(1, (centre + reach) / (1 + z * z / n))
    }

    /// `412/420 = 98.1 % [96.3, 99.0]`.
    public var text: String {
        guard let share else { return "0/0" }
        return "\(count)/\(total) = " + String(format: "%.1f %% [%.1f, %.1f]", 100 * share, 100 * low, 100 * high)
    }
}

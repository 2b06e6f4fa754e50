import Foundation

/// How often a request is repeated, and after what time.
///
/// Source: exponential backoff with jitter, M. Brooker, AWS Architecture Blog, 2015; half of each delay is fixed.
public struct Backoff: Sendable, Hashable {
    /// The most requests for one answer, refusals of optional parts not counted.
    public var attempts: Int
    /// The delay after the first failure in seconds; it doubles with every further one.
    public var firstSeconds: Double
    /// The longest delay of its own.
    public var longestSeconds: Double
    /// The longest delay that an endpoint may ask for.
    public var patienceSeconds: Double

    public init(
        attempts: Int = 5, firstSeconds: Double = 1, longestSeconds: Double = 60, patienceSeconds: Double = 300
    ) {
        self.attempts = attempts
        self.firstSeconds = firstSeconds
        self.longestSeconds = longestSeconds
        self.patienceSeconds = patienceSeconds
    }

    /// Seconds to wait after so many failures; nil when it is time to give up.
    ///
    /// - Parameters:
    ///   - asked: what the endpoint asks for, which counts where it is longer.
    ///   - jitter: a random number in 0 ..< 1.
    func delay(after failures: Int, asked: Double?, jitter: Double) -> Double? {
        guard failures < attempts else { return nil }
        let full = min(longestSeconds, firstSeconds * pow(2, Double(failures - 1)))
        let own = full * (0.5 + 0.5 * jitter)
        guard let asked else { return own }
        return asked > patienceSeconds ? nil : max(own, asked)
    }
}

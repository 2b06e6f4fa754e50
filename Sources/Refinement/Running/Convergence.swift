import Evaluation
import Policies

/// When more turns are not worth their time.
public struct Convergence: Sendable, Hashable, Codable {
    /// Turns in a row that may pass without a gain.
    public var patience: Int
    /// The least relative gain that counts, e.g. 0.01.
    public var gain: Double

    public init(patience: Int = 16, gain: Double = 0.01) {
        self.patience = patience
        self.gain = gain
    }

    /// Whether the last `patience` turns of a trajectory improved its best time by less than `gain`.
    ///
    /// A trajectory without a correct turn never converges: it has nothing to lose. O(turns).
    public func isReached(by turns: [Turn]) -> Bool {
        guard turns.count > patience, let before = Self.bestSeconds(turns.dropLast(patience)),
            let now = Self.bestSeconds(turns[...])
        else { return false }
        return before / now < 1 + gain
    }

    private static func bestSeconds(_ turns: ArraySlice<Turn>) -> Double? {
        turns.filter(\.verdict.isCorrect).compactMap(\.verdict.medianSeconds).min()
    }
}

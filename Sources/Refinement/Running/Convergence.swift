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

    /// Whether the last `patience` turns of a trajectory improved its best by less than `gain`.
    ///
    /// A trajectory without a correct turn never converges: it has nothing to lose. O(turns).
    public func isReached(by turns: [Turn]) -> Bool {
        let cost = TurnCost(turns)
        guard turns.count > patience, let before = turns.dropLast(patience).map({ cost($0.verdict) }).min(),
            let now = turns.map({ cost($0.verdict) }).min(), before.isFinite
        else { return false }
        return before / now < 1 + gain
    }
}

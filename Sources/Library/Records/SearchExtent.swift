/// How far a search was allowed to go.
public struct SearchExtent: Sendable, Hashable, Codable {
    /// Turns of all trajectories, at most.
    public var turns: Int
    public var budgetSeconds: Double
    /// Whether it ended because nothing was left to try or to gain.
    public var isComplete: Bool

    public init(turns: Int, budgetSeconds: Double, isComplete: Bool) {
        self.turns = turns
        self.budgetSeconds = budgetSeconds
        self.isComplete = isComplete
    }

    /// Whether a search as far as `other` would hardly find more.
    public func covers(_ other: SearchExtent) -> Bool {
        isComplete || turns >= other.turns && budgetSeconds >= other.budgetSeconds
    }
}

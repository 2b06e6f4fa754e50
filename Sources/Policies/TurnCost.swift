import Evaluation

/// What turns cost beside each other: where all have a ratio to the baseline, its inverse, since the ratio cancels what
/// disturbs the machine between two turns; else seconds.
public struct TurnCost: Sendable {
    private let byRatio: Bool

    /// - Parameter turns: those that are to be compared; failed ones do not matter.
    public init(_ turns: [Turn]) {
        let timed = turns.filter { $0.verdict.isCorrect && $0.verdict.timing != nil }
        byRatio = timed.allSatisfy { $0.verdict.speedup != nil }
    }

    /// The cost of a turn; infinite where it failed.
    public func callAsFunction(_ verdict: Verdict) -> Double {
        guard verdict.isCorrect, let timing = verdict.timing else { return .infinity }
        guard byRatio, let ratio = timing.speedup?.ratio else { return timing.medianSeconds }
        return 1 / ratio
    }

    /// What a second of a turn counts.
    func perSecond(_ verdict: Verdict) -> Double {
        guard let seconds = verdict.medianSeconds, seconds > 0 else { return 0 }
        return self(verdict) / seconds
    }
}

import Evaluation
import Policies

extension [Turn] {
    /// The correct turns, the fastest first: where all have a ratio to the baseline, by the lower end of its interval,
    /// since a ratio cancels what disturbs the machine and the lower end is what was shown; else by time. Earlier turns
    /// stand before their equals.
    public var ranking: [Turn] {
        let correct = filter { $0.verdict.isCorrect && $0.verdict.timing != nil }
        let byRatio = correct.allSatisfy { $0.verdict.speedup != nil }
        func cost(_ turn: Turn) -> Double {
            byRatio ? 1 / (turn.verdict.speedup?.low ?? 1) : turn.verdict.medianSeconds ?? .infinity
        }
        return correct.enumerated().sorted { (cost($0.element), $0.offset) < (cost($1.element), $1.offset) }
            .map(\.element)
    }
}

extension RecordContents {
    /// The correct turns of all trajectories, the fastest first.
    public var ranking: [Turn] { turns.map(\.turn).ranking }

    /// The turn that holds the run's certificate.
    public var winner: Turn? {
        guard let certificate = end?.winner else { return nil }
        return turns.map(\.turn).first {
            $0.trajectory == certificate.trajectory && $0.index == certificate.index
        }
    }

    /// The most frequent way to fail, of certificates if turns were correct, else of turns, with the last message of
    /// its kind; ties by name. Nil when nothing failed.
    public var commonFailure: (status: Verdict.Status, message: String?)? {
        let certified = end?.certificates.map(\.verdict) ?? []
        let failed = (certified.isEmpty ? turns.map(\.turn.verdict) : certified).filter { !$0.isCorrect }
        let kinds = Dictionary(grouping: failed) { $0.status }
        let worst = kinds.max { ($0.value.count, $1.key.rawValue) < ($1.value.count, $0.key.rawValue) }
        return worst.map { ($0.key, $0.value.last?.message) }
    }
}

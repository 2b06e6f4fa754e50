import Evaluation
import Policies

/// The best that a run has at any moment, for whoever cannot wait for its end.
public struct BestSoFar: Sendable {
    /// What a run can show, and how much it was examined.
    public enum Answer: Sendable {
        /// Judged again in fresh processes on inputs that no turn had seen.
        case certified(Turn, Verdict)
        /// Correct and the fastest in its turn.
        case uncertified(Turn)
        /// Written and not judged.
        case unjudged(Proposal)
    }

    private var first: Proposal?
    private var turns: [Turn] = []
    private var certificates: [Certificate] = []

    public init() {}

    /// Takes a candidate that stands in as long as nothing was judged correct.
    public mutating func offer(_ proposal: Proposal) { first = proposal }

    /// Takes over what a record holds.
    public mutating func resume(_ record: RecordContents) {
        turns = record.turns.map(\.turn)
        certificates = record.end?.certificates ?? []
    }

    /// Takes over what a run tells.
    public mutating func note(_ event: RunEvent) {
        switch event {
        // The turns may have been taken from the record before.
        case .resumed(let earlier): turns = earlier
        case .turn(let turn): turns.append(turn)
        case .certified(let certificate): certificates.append(certificate)
        case .asking, .proposed, .outOfBudget, .stopped, .certifying: break
        }
    }

    /// Turns that were judged.
    public var judged: Int { turns.count }

    /// The best there is; nil for nothing. A candidate that was judged wrong, or lost its certificate, is none.
    public var answer: Answer? {
        if let certificate = certificates.last(where: \.verdict.isCorrect),
            let turn = turns.first(where: { certificate.isOf($0) })
        {
            return .certified(turn, certificate.verdict)
        }
        if let best = turns.ranking.first(where: { turn in !certificates.contains { $0.isOf(turn) } }) {
            return .uncertified(best)
        }
        guard let first, !turns.contains(where: { $0.proposal.content == first.content }) else { return nil }
        return .unjudged(first)
    }
}

extension Certificate {
    fileprivate func isOf(_ turn: Turn) -> Bool { trajectory == turn.trajectory && index == turn.index }
}

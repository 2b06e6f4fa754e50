import Policies

/// What the earlier sessions of a run left in its record of exchanges.
public struct EarlierSessions: Sendable {
    /// Answers of turns that were not finished, with the requests before them: they are paid for, and need not be asked
    /// for again.
    public let pending: [Exchange]
    /// The tokens of everything else, also of requests that never led to a turn, or whose end is not recorded.
    public let spent: TokenUse

    /// - Parameter finished: how many turns each trajectory has finished; none for one that is not there.
    public init(_ exchanges: [Exchange], finished: [Int]) {
        let latest = LatestExchanges(exchanges)
        var (pending, others) = ([Exchange](), latest.superseded)
        for (place, requests) in latest.turns.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let (trajectory, turn) = (place[0], place[1])
            let isFinished = finished.indices.contains(trajectory) && turn < finished[trajectory]
            if !isFinished, requests.last?.isAnswer == true { pending += requests } else { others += requests }
        }
        self.pending = pending
        spent = others.reduce(TokenUse()) { $0 + $1.tokens }
    }
}

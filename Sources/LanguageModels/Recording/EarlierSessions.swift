import Policies

/// What the earlier sessions of a run left in its record of exchanges.
public struct EarlierSessions: Sendable {
    /// Answers of turns that were not finished: they are paid for, and need not be asked for again.
    public let pending: [Exchange]
    /// The tokens of everything else, also of requests that never led to a turn.
    public let spent: TokenUse

    /// - Parameter finished: how many turns each trajectory has finished; none for one that is not there.
    public init(_ exchanges: [Exchange], finished: [Int]) {
        var starts: [[Int]: Int] = [:]
        for (number, exchange) in exchanges.enumerated() where exchange.place.attempt == 0 {
            starts[exchange.turn] = number
        }
        let answered = Set(exchanges.filter(\.isAnswer).map(\.turn))
        let isPending = exchanges.enumerated().map { number, exchange in
            let (trajectory, turn) = (exchange.place.trajectory, exchange.place.turn)
            let isFinished = finished.indices.contains(trajectory) && turn < finished[trajectory]
            // A run that was interrupted may have asked more than once; each call counts its requests from 0.
            return !isFinished && answered.contains(exchange.turn) && number >= starts[exchange.turn, default: 0]
        }
        pending = zip(exchanges, isPending).filter(\.1).map(\.0)
        spent = zip(exchanges, isPending).filter { !$0.1 }.reduce(TokenUse()) { $0 + $1.0.tokens }
    }
}

extension Exchange {
    /// The turn that it was made for.
    var turn: [Int] { [place.trajectory, place.turn] }
}

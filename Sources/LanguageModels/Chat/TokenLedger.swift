import Policies

/// Keeps the tokens of a run within their budget: what a request may take at most is reserved before it is made.
public actor TokenLedger {
    /// What a request may take at most.
    public struct Reservation: Sendable, Hashable {
        /// A bound of the prompt's tokens.
        public var prompt: Int
        /// The limit of the answer's tokens.
        public var completion: Int

        /// All of it, as if it had been used.
        var use: TokenUse { TokenUse(prompt: prompt, completion: completion, isCounted: false) }

        /// What a request is charged: as the endpoint counted; without a count by the bytes that came, of which each
        /// token has one at least; all of it where nobody knows what was generated.
        func charge(for result: Result<AnswerReader.Reply, ChatFailure>) -> TokenUse {
            switch result {
            case .success(let reply):
                let bound = TokenUse(prompt: prompt, completion: min(completion, reply.bytes), isCounted: false)
                return reply.tokens ?? bound
            case .failure(let failure): return failure.isFree ? TokenUse() : use
            }
        }
    }

    /// An answer with less room than this is not worth asking for.
    public static let leastAnswer = 64

    private let budget: Int?
    private var reserved = 0
    /// What is recorded for turns that have not begun again, by turn: it is paid for, and charged when it is used.
    private var pending: [[Int]: TokenUse]
    /// What was used so far.
    public private(set) var spent: TokenUse

    /// - Parameters:
    ///   - budget: the most tokens of prompts and answers together; nil sets no limit.
    ///   - spent: what earlier sessions of the run used.
    ///   - pending: what they left beside that, to be handed out again.
    public init(budget: Int?, spent: TokenUse = TokenUse(), pending: [Exchange] = []) {
        self.budget = budget
        self.spent = spent
        self.pending = pending.reduce(into: [:]) { sums, exchange in
            sums[exchange.place.turnKey] = (sums[exchange.place.turnKey] ?? TokenUse()) + exchange.tokens
        }
    }

    /// What cannot be used for anything else.
    private var committed: Int { spent.total + reserved + pending.values.reduce(0) { $0 + $1.total } }

    /// Begins a turn: from now on what is recorded for it is charged as it is used.
    func begin(trajectory: Int, turn: Int) { pending[[trajectory, turn]] = nil }

    /// Reserves a request; an answer gets no more room than what is left.
    ///
    /// - Throws: `OutOfBudget` when what is left does not hold the prompt and an answer worth asking for.
    public func reserve(prompt: Int, completion: Int) throws(OutOfBudget) -> Reservation {
        guard let budget else { return Reservation(prompt: prompt, completion: completion) }
        let room = budget - committed - prompt
        guard room >= min(Self.leastAnswer, completion) else {
            throw OutOfBudget("\(spent.total) of \(budget) tokens are spent; the next prompt may take \(prompt)")
        }
        let reservation = Reservation(prompt: prompt, completion: min(completion, room))
        reserved += reservation.use.total
        return reservation
    }

    /// Replaces a reservation by what was used.
    public func settle(_ reservation: Reservation, _ use: TokenUse) {
        if budget != nil { reserved -= reservation.use.total }
        spent = spent + use
    }

    /// Charges recorded answers that are of no use any more.
    ///
    /// - Throws: `OutOfBudget` when with them what is reserved goes beyond the budget.
    func charge(_ use: TokenUse) throws(OutOfBudget) {
        spent = spent + use
        guard let budget, committed > budget else { return }
        throw OutOfBudget("\(spent.total) of \(budget) tokens are spent, also for answers that are of no use any more")
    }
}

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
    }

    /// An answer with less room than this is not worth asking for.
    public static let leastAnswer = 64

    private let budget: Int?
    private var reserved = 0
    /// What was used so far.
    public private(set) var spent: TokenUse

    /// - Parameters:
    ///   - budget: the most tokens of prompts and answers together; nil sets no limit.
    ///   - spent: what earlier sessions of the run used.
    public init(budget: Int?, spent: TokenUse = TokenUse()) {
        self.budget = budget
        self.spent = spent
    }

    /// Reserves a request; an answer gets no more room than what is left.
    ///
    /// - Throws: `OutOfBudget` when what is left does not hold the prompt and an answer worth asking for.
    public func reserve(prompt: Int, completion: Int) throws(OutOfBudget) -> Reservation {
        guard let budget else { return Reservation(prompt: prompt, completion: completion) }
        let room = budget - spent.total - reserved - prompt
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
}

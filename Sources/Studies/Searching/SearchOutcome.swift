/// What the authors found for one workload.
public struct SearchOutcome: Sendable, Hashable, Codable {
    /// One author's way.
    public struct Trace: Sendable, Hashable, Codable {
        public var policy: String
        /// Median seconds of every candidate in order, as its turn measured it; nil for one that was not correct.
        public var seconds: [Double?]
        /// The turns that were the fastest so far, from 1, with the seconds of the final comparison.
        public var incumbents: [Incumbent]
        /// Whether the author had nothing left before the last turn.
        public var isExhausted: Bool
        /// Seconds of proposing, all told.
        public var proposalSeconds: Double

        public init(
            policy: String, seconds: [Double?], incumbents: [Incumbent], isExhausted: Bool, proposalSeconds: Double
        ) {
            self.policy = policy
            self.seconds = seconds
            self.incumbents = incumbents
            self.isExhausted = isExhausted
            self.proposalSeconds = proposalSeconds
        }
    }

    /// A turn that was the fastest of its trace when it was measured.
    public struct Incumbent: Sendable, Hashable, Codable {
        /// Its number, from 1.
        public var turn: Int
        /// Identifies the solution.
        public var solution: String
        /// The median of the final comparison, in which all incumbents of all authors took part in turn.
        public var seconds: Double

        public init(turn: Int, solution: String, seconds: Double) {
            (self.turn, self.solution, self.seconds) = (turn, solution, seconds)
        }
    }

    public var subject: String
    /// The operators' extents, for people.
    public var shapes: String
    public var traces: [Trace]

    public init(subject: String, shapes: String, traces: [Trace]) {
        (self.subject, self.shapes, self.traces) = (subject, shapes, traces)
    }

    /// The least time of the final comparison.
    public var bestSeconds: Double { traces.flatMap(\.incumbents).map(\.seconds).min() ?? .infinity }

    /// How many candidates an author needed to come within `slack` of the best known time; nil where it never did.
    public func needed(_ policy: String, within slack: Double) -> Int? {
        let trace = traces.first { $0.policy == policy }
        return trace?.incumbents.first { $0.seconds <= (1 + slack) * bestSeconds }?.turn
    }
}

import Evaluation
import Policies
import Refinement

/// What one split of the candidates found for one workload.
public struct ScalingOutcome: Sendable, Hashable, Codable {
    public var workload: String
    /// The split, e.g. `16x4`.
    public var split: String
    /// The ratio to the baseline of each candidate in the order of judging; nil for one without, such as a wrong one.
    public var ratios: [Double?]
    /// The winner's ratio on inputs that no candidate had seen; nil where nothing was certified.
    public var certified: RatioInterval?
    /// What a language model took; nil for other authors.
    public var tokens: TokenUse?
    /// Wall seconds of the run, all told.
    public var seconds: Double
    /// Why the workload takes no part; nil where it does.
    public var reason: String?

    public init(
        workload: String, split: SearchShape, ratios: [Double?] = [], certified: RatioInterval? = nil,
        tokens: TokenUse? = nil, seconds: Double, reason: String? = nil
    ) {
        self.workload = workload
        self.split = split.description
        self.ratios = ratios
        self.certified = certified
        self.tokens = tokens
        self.seconds = seconds
        self.reason = reason
    }

    /// What a finished run found.
    public init(workload: String, split: SearchShape, record: RecordContents, seconds: Double) {
        let consultations = record.turns.compactMap(\.turn.proposal.consultation)
        self.init(
            workload: workload, split: split,
            ratios: record.turns.map { recorded in
                recorded.turn.verdict.isCorrect ? recorded.turn.verdict.speedup?.ratio : nil
            },
            certified: record.end?.winner?.verdict.speedup,
            tokens: consultations.isEmpty ? nil : consultations.map(\.tokens).reduce(TokenUse(), +), seconds: seconds)
    }

    /// The best ratio among the first candidates; nil where none of these has one.
    public func best(after candidates: Int) -> Double? { ratios.prefix(candidates).compactMap { $0 }.max() }

    /// The best ratio of all.
    public var best: Double? { best(after: ratios.count) }
}

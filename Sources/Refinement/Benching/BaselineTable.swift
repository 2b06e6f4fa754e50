import Evaluation

/// A bench against one baseline: KernelBench's figures, and what the intervals say.
public struct BaselineTable: Sendable, Hashable {
    /// A workload on which the baseline has no valid time.
    public struct Disqualification: Sendable, Hashable, Codable {
        public var workload: String
        public var reason: String
    }

    public var baseline: String
    /// Every version that took part.
    public var versions: [String]
    /// The denominator of every fraction: all workloads that are admitted and finished.
    public var count: Int
    /// Workloads with a certified kernel and a valid time of the baseline.
    public var measured: Int
    public var score: SuiteScore
    /// Workloads with a certified kernel on which the baseline is disqualified; they count 0 in every fraction.
    public var disqualified: [Disqualification]

    public init(_ rows: [BenchRow], baseline: String) {
        self.baseline = baseline
        count = rows.count
        let speedups = rows.map { $0.speedup(against: baseline) }
        measured = speedups.count { $0 != nil }
        score = SuiteScore(speedups)
        let comparisons = rows.map { ($0.workload, $0.comparisons.first { $0.baseline == baseline }) }
        versions = Set(comparisons.compactMap { $0.1?.version }).sorted()
        disqualified = comparisons.compactMap { workload, comparison in
            comparison?.fault.map { Disqualification(workload: workload, reason: $0) }
        }
    }

    /// The ratios and, beside them, the lower ends of their intervals, as curves of fast_p over p.
    public static func curves(_ rows: [BenchRow], baseline: String) -> (plain: FastCurve, certified: FastCurve) {
        let speedups = rows.compactMap { $0.speedup(against: baseline) }
        return (
            FastCurve(speedups.map(\.ratio), count: rows.count), FastCurve(speedups.map(\.low), count: rows.count)
        )
    }
}

/// The JSON form: the score's fields stand beside the table's own.
extension BaselineTable: Codable {
    private enum Key: String, CodingKey { case baseline, versions, count, measured, disqualified }

    public func encode(to encoder: any Encoder) throws {
        try score.encode(to: encoder)
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(baseline, forKey: .baseline)
        try fields.encode(versions, forKey: .versions)
        try fields.encode(count, forKey: .count)
        try fields.encode(measured, forKey: .measured)
        try fields.encode(disqualified, forKey: .disqualified)
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        score = try SuiteScore(from: decoder)
        baseline = try fields.decode(String.self, forKey: .baseline)
        versions = try fields.decode([String].self, forKey: .versions)
        count = try fields.decode(Int.self, forKey: .count)
        measured = try fields.decode(Int.self, forKey: .measured)
        disqualified = try fields.decode([Disqualification].self, forKey: .disqualified)
    }
}

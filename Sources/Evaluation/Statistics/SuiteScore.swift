import Foundation

/// The geometric mean; nil for no values. Values must be positive.
public func geometricMean(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    return exp(values.map { log($0) }.reduce(0, +) / Double(values.count))
}

/// A suite's result as KernelBench scores it (Ouyang et al. 2025, `src/kernelbench/score.py`), with wins, ties and
/// losses by interval beside it.
public struct SuiteScore: Sendable, Hashable {
    /// The thresholds that KernelBench reports, as they are written in its tables.
    public static let thresholds = ["0", "0.5", "0.8", "1", "1.5", "2"]

    /// fast_p by threshold p: the fraction of all problems that are correct and have a speedup strictly above p.
    public var fast: [String: Double]
    /// The same by the lower end of the 95 % interval: what was shown, not what was seen.
    public var certified: [String: Double]
    /// The geometric mean of the speedups of the correct problems; nil when there are none.
    public var geometricMean: Double?
    /// The geometric mean of the speedups above 1; nil when there are none.
    public var geometricMeanOfFaster: Double?
    public var wins: Int
    public var ties: Int
    public var losses: Int

    /// Scores one entry for each problem: its speedup, or nil where no correct solution was found or timed.
    public init(_ speedups: [RatioInterval?]) {
        let measured = speedups.compactMap { $0 }
        func fractions(_ value: (RatioInterval) -> Double) -> [String: Double] {
            let pairs = Self.thresholds.map { name in
                let threshold = Double(name) ?? 0
                let passed = measured.count { value($0) > threshold }
                return (name, speedups.isEmpty ? 0 : Double(passed) / Double(speedups.count))
            }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
        fast = fractions(\.ratio)
        certified = fractions(\.low)
        geometricMean = Evaluation.geometricMean(measured.map(\.ratio))
        geometricMeanOfFaster = Evaluation.geometricMean(measured.map(\.ratio).filter { $0 > 1 })
        wins = measured.count { $0.outcome == .win }
        ties = measured.count { $0.outcome == .tie }
        losses = measured.count { $0.outcome == .loss }
    }
}

/// The JSON form; a mean over nothing is null.
extension SuiteScore: Codable {
    private enum Key: String, CodingKey {
        case fast, certified, geometricMean, geometricMeanOfFaster, wins, ties, losses
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(fast, forKey: .fast)
        try fields.encode(certified, forKey: .certified)
        try fields.encode(geometricMean, forKey: .geometricMean)
        try fields.encode(geometricMeanOfFaster, forKey: .geometricMeanOfFaster)
        try fields.encode(wins, forKey: .wins)
        try fields.encode(ties, forKey: .ties)
        try fields.encode(losses, forKey: .losses)
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        fast = try fields.decode([String: Double].self, forKey: .fast)
        certified = try fields.decode([String: Double].self, forKey: .certified)
        geometricMean = try fields.decode(Double?.self, forKey: .geometricMean)
        geometricMeanOfFaster = try fields.decode(Double?.self, forKey: .geometricMeanOfFaster)
        wins = try fields.decode(Int.self, forKey: .wins)
        ties = try fields.decode(Int.self, forKey: .ties)
        losses = try fields.decode(Int.self, forKey: .losses)
    }
}

import Foundation

/// The geometric mean; nil for no values. Values must be positive.
public func geometricMean(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    return exp(values.map { log($0) }.reduce(0, +) / Double(values.count))
}

/// A suite's result as KernelBench scores it (Ouyang et al. 2025, `src/kernelbench/score.py`), with wins, ties and
/// losses by interval beside it.
public struct SuiteScore: Sendable, Hashable, Codable {
    /// The thresholds that KernelBench reports, as they are written in its tables.
    public static let thresholds = ["0", "0.5", "0.8", "1", "1.5", "2"]

    /// fast_p by threshold p: the fraction of all problems that are correct and have a speedup strictly above p.
    public var fast: [String: Double]
    /// The geometric mean of the speedups of the correct problems; nil when there are none.
    public var geometricMean: Double?
    public var wins: Int
    public var ties: Int
    public var losses: Int

    /// Scores one entry for each problem: its speedup, or nil where no correct solution was found or timed.
    public init(_ speedups: [RatioInterval?]) {
        let measured = speedups.compactMap { $0 }
        let pairs = Self.thresholds.map { name in
            let threshold = Double(name) ?? 0
            let passed = measured.count { $0.ratio > threshold }
            return (name, speedups.isEmpty ? 0 : Double(passed) / Double(speedups.count))
        }
        fast = Dictionary(uniqueKeysWithValues: pairs)
        geometricMean = Evaluation.geometricMean(measured.map(\.ratio))
        wins = measured.count { $0.outcome == .win }
        ties = measured.count { $0.outcome == .tie }
        losses = measured.count { $0.outcome == .loss }
    }
}

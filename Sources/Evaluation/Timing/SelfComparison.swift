import Rendering
import Workers

/// An A/A experiment: a solution raced against itself again and again, which shows how often the judge calls two equal
/// things different.
public struct SelfComparison: Sendable, Hashable, Codable {
    /// One entry for each judgement: itself over itself with the interval; nil where it was not correct or not timed.
    public var ratios: [RatioInterval?]
    /// What was found instead of a correct verdict, by its message.
    public var faults: [String]

    /// Judgements that say "different".
    public var differences: Int { ratios.count { $0.map { $0.outcome != .tie } ?? false } }
    /// The share of judgements with a ratio that say "different"; 0 of none.
    public var rate: Double {
        let measured = ratios.count { $0 != nil }
        return measured == 0 ? 0 : Double(differences) / Double(measured)
    }

    /// Judges a solution whose main baseline is the solution itself, in a worker of its own.
    ///
    /// - Parameters:
    ///   - runs: judgements; each starts the candidate anew.
    ///   - certifies: whether each is a certification, else one of full effort.
    ///   - progress: called after each judgement with its number from 1 and what it says.
    public static func run(
        _ solution: Solution, setting: JudgingSession.Setting, runs: Int, certifies: Bool,
        progress: @Sendable (Int, Verdict) -> Void = { _, _ in }
    ) async throws -> SelfComparison {
        let source = SolutionBaseline.source(solution, on: setting.host, limits: setting.limits)
        let session = try await JudgingSession(setting, baselines: [source])
        var comparison = SelfComparison(ratios: [], faults: [])
        for run in 1...max(runs, 1) {
            let verdict =
                certifies ? try await session.certify(solution) : try await session.judge(solution, effort: .full)
            comparison.ratios.append(verdict.isCorrect ? verdict.speedup : nil)
            if !verdict.isCorrect { comparison.faults.append(verdict.message ?? verdict.status.rawValue) }
            progress(run, verdict)
        }
        await session.close()
        return comparison
    }
}

import Evaluation
import Scheduling

/// The default author: starts from the macros' own choice and from what the library suggests, then changes one lever of
/// the fastest at a time.
///
/// A cost model orders the changes; where it sees no difference, those come first that address the measured bottleneck.
/// When every change of the fastest was tried, it varies the next best, then draws several changes at once.
public struct GreedyPolicy: Policy {
    public let name = "greedy"
    private let cache = LoweringCache()

    public init() {}

    public func propose(_ observation: Observation) async throws -> Proposal? {
        try await propose(observation, atMost: 1).first
    }

    public func propose(_ observation: Observation, atMost count: Int) async throws -> [Proposal] {
        if let start = observation.untriedStart { return [start] }
        let space = SketchSpace(observation)
        let openings = Array(space.openings(observation).prefix(count))
        if openings.count == count { return openings }
        let ranking = CandidateRanking(observation, cache: cache)
        for pool in pools(observation, space) {
            let chosen = ranking.best(count - openings.count, of: pool(), besides: openings)
            if !chosen.isEmpty { return openings + chosen }
        }
        if openings.isEmpty { try space.requireStart(observation) }
        return openings
    }

    /// Sources of candidates, the next one asked only where the one before has nothing left.
    private func pools(_ observation: Observation, _ space: SketchSpace) -> [() -> [Proposal]] {
        let sketches = observation.correctSketches
        guard let best = sketches.first else {
            let why = observation.history.isEmpty ? "beside the macros' own choice" : "nothing was correct yet"
            return [{ space.variations(of: ProgramCPU(), bottleneck: nil, why, observation) }]
        }
        let bottleneck = best.verdict.profile?.bottleneck
        let why = bottleneck.map { "bound by \($0.rawValue)" } ?? "around the fastest"
        let nearBest = { space.variations(of: best.parameters, bottleneck: bottleneck, why, observation) }
        let nearOthers = {
            sketches.dropFirst().prefix(2).flatMap {
                space.variations(
                    of: $0.parameters, bottleneck: $0.verdict.profile?.bottleneck, "around a slower one", observation)
            }
        }
        return [nearBest, nearOthers, { space.draws(around: best.parameters, observation) }]
    }
}

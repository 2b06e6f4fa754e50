import Evaluation
import Scheduling

/// The default author: starts from the macros' own choice and from what the library suggests, then changes one lever of
/// the fastest at a time.
///
/// A lever is changed for all stages at once, and the launches' times tell where that helped; so the best choices of the
/// stages are put together as soon as that should gain. Levers of stages that take little time are left alone. A cost
/// model orders the changes; where it sees no difference, those come first that address the measured bottleneck.
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
        // One at a time: each choice rests on the limit that the one before met.
        if observation.isForGPU { return try GPUAuthor.greedy(observation).map { [$0] } ?? [] }
        let space = SketchSpace(observation, cache: cache)
        let openings = Array(space.openings(observation).prefix(count))
        if openings.count == count { return openings }
        let ranking = CandidateRanking(observation, cache: cache)
        var passed: [PassedOver] = []
        for pool in pools(observation, space) {
            let choice = ranking.best(count - openings.count, of: pool(), besides: openings)
            passed += choice.passed
            guard var first = choice.proposals.first else { continue }
            first.passedOver = observation.unmentioned(passed)
            return openings + [first] + choice.proposals.dropFirst()
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
        let times = cache.times(of: best, observation)
        let space = space.relevant(to: times)
        let composed = { composition(sketches, space, observation) }
        let nearBest = { space.variations(of: best.parameters, bottleneck: bottleneck, why, observation) }
        let nearOthers = {
            sketches.dropFirst().prefix(2).flatMap {
                space.variations(
                    of: $0.parameters, bottleneck: $0.verdict.profile?.bottleneck, "around a slower one", observation)
            }
        }
        return [composed, nearBest, nearOthers, { space.draws(around: best.parameters, observation) }]
    }

    /// The best choice of each stage put together, where several were measured launch by launch.
    private func composition(
        _ sketches: [SketchTurn], _ space: SketchSpace, _ observation: Observation
    ) -> [Proposal] {
        let cost = TurnCost(observation.history)
        guard let composition = Composition(sketches, cost: cost, times: { cache.times(of: $0, observation) }) else {
            return []
        }
        let share = Int((100 * composition.gain).rounded(.up))
        let stages = composition.changed.count == 1 ? composition.changed[0] : "\(composition.changed.count) stages"
        let why = "other turns were faster at \(stages): all choices together should save \(share) %"
        return space.untried(composition.parameters, why, observation).map { [$0] } ?? []
    }
}

import Evaluation
import Foundation
import KernelIR
import Scheduling

/// Orders candidates by what a model expects of them, and passes over those that cannot be worth a compilation.
///
/// The model is linear in the differences of loop features and learns from the trajectory's own turns; without any it is
/// its priors. A pure function of the observation.
struct CandidateRanking {
    /// What a place in the given order is worth in log₂ of the time: the order of the levers decides where the model does
    /// not.
    static let placeWeight = 0.01
    /// How strongly the model holds on to its priors, in squared features.
    static let strength = 1.0

    /// What came of some candidates.
    struct Choice {
        /// The most promising first.
        var proposals: [Proposal] = []
        /// Those that cannot win, in the order in which they were given.
        var passed: [PassedOver] = []
    }

    private let observation: Observation
    private let cache: LoweringCache
    private let model: RidgeModel
    private let tried: [LoopProgram]
    private let rejection: StaticRejection

    init(_ observation: Observation, cache: LoweringCache) {
        self.observation = observation
        self.cache = cache
        let turns = cache.turns(observation)
        tried = turns.map(\.entry.loops)
        rejection = StaticRejection(observation, turns: turns)
        let registers = observation.target.vectorRegisters
        let timed = turns.compactMap { turn in
            turn.seconds.map { (turn.entry.features.vector(registers: registers), $0) }
        }
        let samples = timed.dropFirst().map { x, seconds in
            (x: Self.difference(x, timed[0].0), y: log2(seconds / timed[0].1))
        }
        model = RidgeModel(samples, priors: LoopFeatures.priors, strength: Self.strength)
    }

    /// At most `count` proposals, the most promising first; none that was tried or has the loops of one that was.
    func best(
        _ count: Int, of candidates: [Proposal], besides made: [Proposal] = []
    ) -> Choice {
        var seen = Set(tried)
        var passed: [PassedOver] = []
        for proposal in made { if let entry = entry(proposal) { seen.insert(entry.loops) } }
        var scored: [(proposal: Proposal, score: Double, place: Int)] = []
        let registers = observation.target.vectorRegisters
        for (place, proposal) in candidates.enumerated() {
            guard let entry = entry(proposal), seen.insert(entry.loops).inserted else { continue }
            if let reason = rejection.reason(entry) {
                if let candidate = PassedOver(proposal, reason: reason) { passed.append(candidate) }
                continue
            }
            // Only differences between candidates count: the model has no constant.
            let score = model(entry.features.vector(registers: registers)) + Self.placeWeight * Double(place)
            scored.append((proposal, score, place))
        }
        let ordered = scored.sorted { ($0.score, $0.place) < ($1.score, $1.place) }
        return Choice(proposals: ordered.prefix(count).map(\.proposal), passed: passed)
    }

    private func entry(_ proposal: Proposal) -> LoweringCache.Entry? {
        guard case .schedule(let schedule) = proposal.content else { return nil }
        return cache.entry(schedule, observation.program, target: observation.target)
    }

    private static func difference(_ first: [Double], _ second: [Double]) -> [Double] { zip(first, second).map(-) }
}

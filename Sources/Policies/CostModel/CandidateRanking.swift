import Evaluation
import Foundation
import KernelIR
import Scheduling

/// Orders candidates by what a model expects of them, and drops those that cannot be worth a compilation.
///
/// The model is linear in the differences of loop features and learns from the trajectory's own turns; without any it is
/// its priors. A pure function of the observation.
struct CandidateRanking {
    /// What a place in the given order is worth in log₂ of the time: the order of the levers decides where the model does
    /// not.
    static let placeWeight = 0.01
    /// How strongly the model holds on to its priors, in squared features.
    static let strength = 1.0
    /// More executed operations than the least by this factor are hopeless.
    static let mostWork = 8.0
    /// More registers than there are by this factor are hopeless.
    static let mostRegisters = 4.0

    private let observation: Observation
    private let cache: LoweringCache
    private let model: RidgeModel
    private let tried: [LoopProgram]
    private let least: Double

    init(_ observation: Observation, cache: LoweringCache) {
        self.observation = observation
        self.cache = cache
        let turns = observation.history.compactMap { turn -> (entry: LoweringCache.Entry, seconds: Double?)? in
            guard case .schedule(let schedule) = turn.proposal.content,
                let entry = cache.entry(schedule, observation.program, target: observation.target)
            else { return nil }
            return (entry, turn.verdict.isCorrect ? turn.verdict.medianSeconds : nil)
        }
        tried = turns.map(\.entry.loops)
        least = turns.map(\.entry.features.operations).min() ?? .infinity
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
    ) -> [Proposal] {
        var seen = Set(tried)
        for proposal in made { if let entry = entry(proposal) { seen.insert(entry.loops) } }
        var scored: [(proposal: Proposal, score: Double, place: Int)] = []
        let registers = observation.target.vectorRegisters
        for (place, proposal) in candidates.enumerated() {
            guard let entry = entry(proposal), seen.insert(entry.loops).inserted, isHopeful(entry.features) else {
                continue
            }
            // Only differences between candidates count: the model has no constant.
            let score = model(entry.features.vector(registers: registers)) + Self.placeWeight * Double(place)
            scored.append((proposal, score, place))
        }
        return scored.sorted { ($0.score, $0.place) < ($1.score, $1.place) }.prefix(count).map(\.proposal)
    }

    /// Whether a candidate could be fast: it needs no compiler to see that eight times the work, or an array of buffers
    /// that no register holds, is not.
    private func isHopeful(_ features: LoopFeatures) -> Bool {
        let target = observation.target
        return features.operations <= Self.mostWork * least
            && features.registers <= Self.mostRegisters * Double(target.vectorRegisters)
    }

    private func entry(_ proposal: Proposal) -> LoweringCache.Entry? {
        guard case .schedule(let schedule) = proposal.content else { return nil }
        return cache.entry(schedule, observation.program, target: observation.target)
    }

    private static func difference(_ first: [Double], _ second: [Double]) -> [Double] { zip(first, second).map(-) }
}

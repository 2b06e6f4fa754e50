import Evaluation
import Scheduling

/// Keeps the best few schedules and varies them in turn, so that one lucky measurement does not decide the direction.
public struct BeamPolicy: Policy {
    public let name = "beam"
    /// Schedules kept.
    public let width: Int
    private let cache = LoweringCache()

    public init(width: Int = 4) { self.width = width }

    public func propose(_ observation: Observation) async throws -> Proposal? {
        if let start = observation.untriedStart { return start }
        if observation.isForGPU { return try GPUAuthor.beam(observation, width: width) }
        let space = SketchSpace(observation, cache: cache)
        let beam = observation.correctSketches.prefix(width)
        guard !beam.isEmpty else { return try space.first(observation) }
        let rejection = StaticRejection(observation, turns: cache.turns(observation))
        var passed: [PassedOver] = []
        for offset in beam.indices {
            let member = beam[(observation.history.count + offset) % beam.count]
            let bottleneck = member.verdict.profile?.bottleneck
            for (parameters, change) in space.neighbours(of: member.parameters, bottleneck: bottleneck) {
                let rationale =
                    "from number \((observation.history.count + offset) % beam.count + 1) of the beam; \(change)"
                guard var proposal = space.untried(parameters, rationale, observation) else { continue }
                if let reason = rejection.reason(proposal, observation, cache: cache) {
                    if let candidate = PassedOver(proposal, reason: reason) { passed.append(candidate) }
                    continue
                }
                proposal.passedOver = observation.unmentioned(passed)
                return proposal
            }
        }
        return nil
    }
}

import Evaluation
import Scheduling

/// Keeps the best few schedules and varies them in turn, so that one lucky measurement does not decide the direction.
public struct BeamPolicy: Policy {
    public let name = "beam"
    /// Schedules kept.
    public let width: Int

    public init(width: Int = 4) { self.width = width }

    public func propose(_ observation: Observation) async throws -> Proposal? {
        if let start = observation.untriedStart { return start }
        if observation.isForGPU { return try GPUAuthor.beam(observation, width: width) }
        let space = SketchSpace(observation)
        let beam = observation.correctSketches.prefix(width)
        guard !beam.isEmpty else { return try space.first(observation) }
        for offset in beam.indices {
            let member = beam[(observation.history.count + offset) % beam.count]
            let bottleneck = member.verdict.profile?.bottleneck
            for (parameters, change) in space.neighbours(of: member.parameters, bottleneck: bottleneck) {
                let rationale =
                    "from number \((observation.history.count + offset) % beam.count + 1) of the beam; \(change)"
                if let proposal = space.untried(parameters, rationale, observation) { return proposal }
            }
        }
        return nil
    }
}

import Evaluation
import Scheduling

/// The default author: starts from the macros' own choice, then changes one lever at a time, those first that address the
/// measured bottleneck, and goes on from whatever was fastest.
public struct GreedyPolicy: Policy {
    public let name = "greedy"

    public init() {}

    public func propose(_ observation: Observation) async throws -> Proposal? {
        if let start = observation.untriedStart { return start }
        let space = SketchSpace(observation)
        guard let best = observation.bestSketch else { return space.first(observation) }
        let bottleneck = best.verdict.profile?.bottleneck
        let why = bottleneck.map { "bound by \($0.rawValue); " } ?? ""
        for (parameters, change) in space.neighbours(of: best.parameters, bottleneck: bottleneck) {
            if let proposal = space.untried(parameters, why + change, observation) { return proposal }
        }
        return nil
    }
}

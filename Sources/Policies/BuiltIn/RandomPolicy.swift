/// Draws every lever at random: the baseline that any cleverer author has to beat.
public struct RandomPolicy: Policy {
    public let name = "random"
    private let cache = LoweringCache()

    public init() {}

    public func propose(_ observation: Observation) async throws -> Proposal? {
        if let start = observation.untriedStart { return start }
        if observation.isForGPU { return try GPUAuthor.random(observation) }
        let space = SketchSpace(observation, cache: cache)
        for attempt in 0..<64 {
            let parameters = space.drawn(observation, attempt: attempt)
            if let proposal = space.untried(parameters, "drawn at random", observation) { return proposal }
        }
        try space.requireStart(observation)
        return nil
    }
}

import Scheduling

/// How the built-in authors go on where the target is a GPU.
enum GPUAuthor {
    /// Changes one lever of the fastest, first those that may move its limit; then of the next best; then several at once.
    static func greedy(_ observation: Observation) throws -> Proposal? {
        let space = GPUSpace(observation)
        if let opening = opening(space, observation) { return opening }
        for sketch in observation.gpuSketches.prefix(3) {
            if let next = variation(of: sketch, space, observation) { return next }
        }
        if let draw = draw(space, observation) { return draw }
        try space.requireStart(observation)
        return nil
    }

    /// Varies the best few in turn.
    static func beam(_ observation: Observation, width: Int) throws -> Proposal? {
        let space = GPUSpace(observation)
        if let opening = opening(space, observation) { return opening }
        let beam = observation.gpuSketches.prefix(width)
        for offset in beam.indices {
            let member = beam[(observation.history.count + offset) % beam.count]
            if let next = variation(of: member, space, observation) { return next }
        }
        try space.requireStart(observation)
        return nil
    }

    /// Draws every lever at random.
    static func random(_ observation: Observation) throws -> Proposal? {
        let space = GPUSpace(observation)
        if let draw = draw(space, observation) { return draw }
        try space.requireStart(observation)
        return nil
    }

    /// The macros' own choice, or one drawn at random for further trajectories; its neighbours until one is correct.
    private static func opening(_ space: GPUSpace, _ observation: Observation) -> Proposal? {
        let isFirst = observation.trajectory == 0
        var beginning = observation
        beginning.history = []
        let start = isFirst ? space.start : space.drawn(beginning)
        let origin = isFirst ? "the macros' own choice" : "a start drawn at random"
        if let proposal = space.untried(start, origin, observation) { return proposal }
        guard observation.gpuSketches.isEmpty else { return nil }
        for (parameters, change) in space.neighbours(of: start, limits: []) {
            if let proposal = space.untried(parameters, "nothing was correct yet; \(change)", observation) {
                return proposal
            }
        }
        return nil
    }

    private static func variation(
        of sketch: GPUSketch, _ space: GPUSpace, _ observation: Observation
    ) -> Proposal? {
        let neighbours = space.neighbours(of: sketch.parameters, limits: sketch.limits)
        // What was tried beside another sketch mostly comes out alike, so it waits for what was not tried at all.
        let known = neighbours.map { neighbour in
            observation.history.contains { $0.proposal.rationale.hasSuffix("; \(neighbour.change)") }
        }
        let order = neighbours.indices.filter { !known[$0] } + neighbours.indices.filter { known[$0] }
        for place in order {
            let (parameters, change) = neighbours[place]
            if let proposal = space.untried(parameters, "\(sketch.reason); \(change)", observation) { return proposal }
        }
        return nil
    }

    private static func draw(_ space: GPUSpace, _ observation: Observation) -> Proposal? {
        for attempt in 0..<64 {
            let parameters = space.drawn(observation, attempt: attempt)
            if let proposal = space.untried(parameters, "drawn at random", observation) { return proposal }
        }
        return nil
    }
}

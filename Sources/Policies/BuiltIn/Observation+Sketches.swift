import Evaluation
import Scheduling

/// A correct turn whose schedule came from macro parameters.
struct SketchTurn: Sendable {
    let parameters: ProgramCPU
    let verdict: Verdict
}

extension Observation {
    /// Correct turns with parameters, the fastest first; the earlier of equals.
    var correctSketches: [SketchTurn] {
        let cost = TurnCost(history)
        let turns = history.enumerated().filter { $0.element.verdict.isCorrect && $0.element.verdict.timing != nil }
        let ordered = turns.sorted { (cost($0.element.verdict), $0.offset) < (cost($1.element.verdict), $1.offset) }
        return ordered.compactMap { entry in
            entry.element.proposal.parameters.map { SketchTurn(parameters: $0, verdict: entry.element.verdict) }
        }
    }

    var bestSketch: SketchTurn? { correctSketches.first }

    /// The same before the first turn.
    fileprivate var withoutHistory: Observation {
        var copy = self
        copy.history = []
        return copy
    }

    /// What the first turn is to be, such as the user's own kernel, as long as it has not been judged.
    public var untriedStart: Proposal? {
        guard history.isEmpty else { return nil }
        return opening ?? start.map { Proposal(.source($0), rationale: "the kernel to start from") }
    }
}

extension SketchSpace {
    /// Starts that were not tried: the macros' own choice, or one drawn at random for further trajectories, then what was
    /// certified for this workload or others.
    func openings(_ observation: Observation) -> [Proposal] {
        let start = observation.trajectory == 0 ? ProgramCPU() : drawn(observation.withoutHistory)
        let origin = observation.trajectory == 0 ? "the macros' own choice" : "a start drawn at random"
        let precedents = observation.precedents.map { precedent in
            let distance = (precedent.distance * 10).rounded() / 10
            return (precedent.parameters, "as certified for \(precedent.workload), at distance \(distance)")
        }
        return distinct([(start, origin)] + precedents, observation)
    }

    /// What differs from some parameters by one lever, those first that address the bottleneck.
    func variations(
        of parameters: ProgramCPU, bottleneck: Profile.Bottleneck?, _ why: String, _ observation: Observation
    ) -> [Proposal] {
        distinct(
            neighbours(of: parameters, bottleneck: bottleneck).map { ($0.parameters, "\(why); \($0.change)") },
            observation)
    }

    /// What differs from some parameters by several levers drawn at random.
    func draws(around parameters: ProgramCPU, _ observation: Observation, count: Int = 32) -> [Proposal] {
        var generator = generator(observation)
        let drawn = (0..<count).map { _ in
            var changed = parameters
            for _ in 0..<Int.random(in: 2...3, using: &generator) {
                let choices = levers.randomElement(using: &generator)?.alternatives(changed) ?? []
                if let choice = choices.randomElement(using: &generator) { changed = choice.parameters }
            }
            return (changed, "several changes of the fastest, drawn at random")
        }
        return distinct(drawn, observation)
    }

    /// Throws why the macros' own choice is illegal where a search could not even begin: a defect of theirs, not the end
    /// of a search.
    func requireStart(_ observation: Observation) throws(ScheduleError) {
        guard observation.history.isEmpty else { return }
        _ = try ProgramCPU().schedule(program, target: target)
    }

    /// The proposals for parameters that were not tried, each schedule once, the first `breadth` of them.
    private func distinct(_ choices: [(ProgramCPU, String)], _ observation: Observation) -> [Proposal] {
        var seen: Set<Proposal.Content> = []
        var found: [Proposal] = []
        for (parameters, rationale) in choices where found.count < breadth {
            guard let proposal = untried(parameters, rationale, observation) else { continue }
            if seen.insert(proposal.content).inserted { found.append(proposal) }
        }
        return found
    }

    /// A source of random choices for this place of the search.
    private func generator(_ observation: Observation, attempt: Int = 0) -> SplitMix64 {
        let place = UInt64(observation.trajectory) << 40 | UInt64(observation.history.count) << 16 | UInt64(attempt)
        return SplitMix64(seed: observation.seed &+ place)
    }

    /// The macros' own choice; other choices if that was tried and failed.
    ///
    /// - Throws: why there is none to begin with.
    func first(_ observation: Observation) throws(ScheduleError) -> Proposal? {
        let start = observation.trajectory == 0 ? ProgramCPU() : drawn(observation)
        let origin = observation.trajectory == 0 ? "the macros' own choice" : "a start drawn at random"
        if let proposal = untried(start, origin, observation) { return proposal }
        for (parameters, change) in neighbours(of: start, bottleneck: nil) {
            if let proposal = untried(parameters, "nothing was correct yet; " + change, observation) { return proposal }
        }
        try requireStart(observation)
        return nil
    }

    /// Parameters with about half of the levers drawn at random, from the seed, the trajectory and the number of turns.
    func drawn(_ observation: Observation, attempt: Int = 0) -> ProgramCPU {
        var generator = generator(observation, attempt: attempt)
        var parameters = ProgramCPU()
        for lever in levers where Bool.random(using: &generator) {
            if let choice = lever.alternatives(parameters).randomElement(using: &generator) {
                parameters = choice.parameters
            }
        }
        return parameters
    }

    /// The proposal for parameters whose schedule has not been judged in this trajectory.
    func untried(_ parameters: ProgramCPU, _ rationale: String, _ observation: Observation) -> Proposal? {
        guard !observation.history.contains(where: { $0.proposal.parameters == parameters }),
            let proposal = proposal(parameters, rationale: rationale),
            !observation.history.contains(where: { $0.proposal.content == proposal.content })
        else { return nil }
        return proposal
    }
}

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
        let turns = history.enumerated().filter { $0.element.verdict.isCorrect && $0.element.verdict.timing != nil }
        let ordered = turns.sorted { ($0.element.seconds, $0.offset) < ($1.element.seconds, $1.offset) }
        return ordered.compactMap { entry in
            entry.element.proposal.parameters.map { SketchTurn(parameters: $0, verdict: entry.element.verdict) }
        }
    }

    var bestSketch: SketchTurn? { correctSketches.first }

    /// The user's own kernel, as long as it has not been judged.
    var untriedStart: Proposal? {
        guard let start, history.isEmpty else { return nil }
        return Proposal(.source(start), rationale: "the kernel to start from")
    }
}

extension Turn {
    /// Measured or predicted seconds of a call; infinite without a time.
    fileprivate var seconds: Double { verdict.timing?.medianSeconds ?? .infinity }
}

extension SketchSpace {
    /// The macros' own choice; other choices if that was tried and failed.
    func first(_ observation: Observation) -> Proposal? {
        let start = observation.trajectory == 0 ? ProgramCPU() : drawn(observation)
        let origin = observation.trajectory == 0 ? "the macros' own choice" : "a start drawn at random"
        if let proposal = untried(start, origin, observation) { return proposal }
        for (parameters, change) in neighbours(of: start, bottleneck: nil) {
            if let proposal = untried(parameters, "nothing was correct yet; " + change, observation) { return proposal }
        }
        return nil
    }

    /// Parameters with about half of the levers drawn at random, from the seed, the trajectory and the number of turns.
    func drawn(_ observation: Observation, attempt: Int = 0) -> ProgramCPU {
        let place = UInt64(observation.trajectory) << 40 | UInt64(observation.history.count) << 16 | UInt64(attempt)
        var generator = SplitMix64(seed: observation.seed &+ place)
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

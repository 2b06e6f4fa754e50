import Devices
import Evaluation
import KernelIR
import SIMT
import Scheduling

/// The schedules the built-in authors choose from on a GPU: a program's macros under varied parameters.
struct GPUSpace: Sendable {
    let program: TensorProgram
    let target: TargetProfile
    let levers: [GPULever]
    /// The macros' own choice under the precision of the run.
    let start: ProgramGPU

    /// The choices that an observation leaves.
    init(_ observation: Observation) {
        program = observation.program
        target = observation.target
        levers = GPULever.all
        start = ProgramGPU(matrices: MatrixGPU(rounding: MatrixGPU.rounding(under: observation.precision)))
    }

    /// The proposal for some parameters; nil where a macro finds its own choice illegal, or nothing changes by it.
    func untried(_ parameters: ProgramGPU, _ rationale: String, _ observation: Observation) -> Proposal? {
        guard !observation.history.contains(where: { $0.proposal.gpu == parameters }),
            let schedule = try? parameters.schedule(program, target: target),
            !observation.history.contains(where: { $0.proposal.content == .schedule(schedule) })
        else { return nil }
        var proposal = Proposal(.schedule(schedule), rationale: rationale)
        proposal.gpu = parameters
        return proposal
    }

    /// The parameters with the tile that the macros choose for the largest product, so that its parts can be varied.
    func resolved(_ parameters: ProgramGPU) -> ProgramGPU {
        guard parameters.tiles == nil else { return parameters }
        var resolved = parameters
        resolved.tiles = parameters.chosenTile(program, target: target)
        return resolved
    }

    /// Parameters that differ by one lever, those that address one of the limits first, the best guess of every lever
    /// before the second of any.
    ///
    /// - Parameter limits: what bounds the schedule; empty where nobody told, so that all levers are alike.
    func neighbours(
        of parameters: ProgramGPU, limits: Set<TimingLimit>
    ) -> [(parameters: ProgramGPU, change: String)] {
        let parameters = resolved(parameters)
        let isFirst = { (lever: GPULever) in limits.isEmpty || !lever.helps.isDisjoint(with: limits) }
        return interleaved(levers.filter(isFirst), parameters) + interleaved(levers.filter { !isFirst($0) }, parameters)
    }

    private func interleaved(
        _ levers: [GPULever], _ parameters: ProgramGPU
    ) -> [(parameters: ProgramGPU, change: String)] {
        let lists = levers.map { $0.alternatives(parameters) }
        let depth = lists.map(\.count).max() ?? 0
        return (0..<depth).flatMap { place in lists.compactMap { place < $0.count ? $0[place] : nil } }
    }

    /// Parameters with about half of the levers drawn at random, from the seed, the trajectory and the number of turns.
    func drawn(_ observation: Observation, attempt: Int = 0) -> ProgramGPU {
        let place = UInt64(observation.trajectory) << 40 | UInt64(observation.history.count) << 16 | UInt64(attempt)
        var generator = SplitMix64(seed: observation.seed &+ place)
        var parameters = resolved(start)
        for lever in levers where Bool.random(using: &generator) {
            if let choice = lever.alternatives(parameters).randomElement(using: &generator) {
                parameters = choice.parameters
            }
        }
        return parameters
    }

    /// Throws why the macros' own choice is illegal where a search could not even begin.
    func requireStart(_ observation: Observation) throws(ScheduleError) {
        guard observation.history.isEmpty else { return }
        _ = try start.schedule(program, target: target)
    }
}

/// A correct turn whose schedule came from GPU parameters.
struct GPUSketch: Sendable {
    let parameters: ProgramGPU
    let verdict: Verdict

    /// The launch that takes longest, where a model told.
    var longest: LaunchPrediction? {
        verdict.prediction?.launches.max { $0.predictedSeconds < $1.predictedSeconds }
    }

    /// What bounds that launch, and waits behind barriers where there are any: they come on top of it.
    var limits: Set<TimingLimit> {
        guard let longest, let limit = TimingLimit(rawValue: longest.limit) else { return [] }
        let waits = longest.counters?.first { $0.name == "exposedPhasesPerBlock" }?.value ?? 0
        return waits > 0 ? [limit, .barriers] : [limit]
    }

    /// The limit with the counter that backs it, for a rationale.
    var reason: String {
        guard let longest else { return "around the fastest" }
        let counter = longest.evidence.first.map { " (\($0.text))" } ?? ""
        return "\(longest.kernel) is bound by \(longest.limit)\(counter)"
    }
}

extension Observation {
    /// Whether the target is a GPU, whose schedules have parameters of their own.
    var isForGPU: Bool { !target.prefersExplicitLanes }

    /// Correct turns with GPU parameters, the fastest first; the earlier of equals.
    var gpuSketches: [GPUSketch] {
        let timed = history.enumerated().compactMap {
            place, turn -> (seconds: Double, place: Int, sketch: GPUSketch)? in
            guard turn.verdict.isCorrect, let seconds = turn.verdict.medianSeconds, let gpu = turn.proposal.gpu else {
                return nil
            }
            return (seconds, place, GPUSketch(parameters: gpu, verdict: turn.verdict))
        }
        return timed.sorted { ($0.seconds, $0.place) < ($1.seconds, $1.place) }.map(\.sketch)
    }
}

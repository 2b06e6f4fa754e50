import Evaluation
import KernelIR
import Scheduling

/// How the time of a measured turn spreads over the stages that decide about its kernels.
struct StageTimes {
    /// Seconds by deciding stage.
    let seconds: [String: Double]
    /// The macro of each deciding stage.
    let macros: [String: ProgramPlan.Macro]

    /// - Parameters:
    ///   - plan: what the turn's parameters came to.
    ///   - kernels: the kernels' names in the order of the launches.
    /// - Returns: nil where launches were not timed, or are not the kernels.
    init?(_ verdict: Verdict, plan: ProgramPlan, kernels: [String]) {
        guard verdict.isCorrect, let total = verdict.medianSeconds else { return nil }
        let times = kernels.count == 1 ? [total] : verdict.profile?.launchSeconds ?? []
        guard times.count == kernels.count else { return nil }
        var seconds: [String: Double] = [:]
        for (kernel, time) in zip(kernels, times) { seconds[plan.deciders[kernel] ?? kernel, default: 0] += time }
        self.seconds = seconds
        macros = plan.macros.filter { seconds[$0.key] != nil }
    }

    /// The macros that decide about at least a share of the time.
    func macros(above share: Double) -> Set<ProgramPlan.Macro> {
        let total = seconds.values.sorted().reduce(0, +)
        return Set(macros.filter { (seconds[$0.key] ?? 0) >= share * total }.values)
    }
}

extension LoweringCache {
    /// How the time of a turn spreads; nil where that was not measured.
    func times(of turn: SketchTurn, _ observation: Observation) -> StageTimes? {
        guard let plan = plan(turn.parameters, observation.program, target: observation.target),
            let entry = entry(plan.schedule, observation.program, target: observation.target)
        else { return nil }
        return StageTimes(turn.verdict, plan: plan, kernels: entry.loops.kernels.map(\.name))
    }
}

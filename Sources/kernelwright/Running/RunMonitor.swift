import Evaluation
import Policies
import Refinement

/// Shows a run on standard error while it goes on.
struct RunMonitor: Sendable {
    let console: Console
    let settings: RunSettings

    @Sendable func show(_ event: RunEvent) {
        let several = settings.trajectories > 1
        switch event {
        case .resumed(let turns): console.say("resuming after \(turns.count) finished turns")
        case .proposed(let proposal, let trajectory, let index):
            console.working("\(several ? "\(trajectory).\(index)" : "\(index)")  judging: \(proposal.rationale)")
        case .turn(let turn): console.say(TurnLine(turn: turn, namesTrajectory: several).text)
        case .stopped(let reason): console.say("stopped: \(reason.explanation)")
        case .certifying(let turn): console.working("certifying turn \(turn.index) on inputs it never saw")
        case .certified(let certificate):
            let verdict = certificate.verdict
            console.say("certificate of turn \(certificate.index): \(verdict.status.rawValue), \(result(verdict))")
        }
    }

    /// Time and ratio of a verdict, or why it has none.
    private func result(_ verdict: Verdict) -> String {
        guard verdict.isCorrect else { return verdict.message ?? "" }
        let isPredicted = verdict.prediction != nil
        let time = verdict.medianSeconds.map { (isPredicted ? "predicted " : "") + Units.seconds($0) }
        let ratio = verdict.speedup.map { isPredicted ? Units.ratio($0.ratio) : Units.interval($0) }
        return [time, ratio].compactMap { $0 }.joined(separator: ", ")
    }
}

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
            let result =
                verdict.isCorrect
                ? [verdict.medianSeconds.map(Units.seconds), verdict.speedup.map(Units.interval)].compactMap { $0 }
                    .joined(separator: ", ")
                : verdict.message ?? ""
            console.say("certificate of turn \(certificate.index): \(verdict.status.rawValue), \(result)")
        }
    }
}

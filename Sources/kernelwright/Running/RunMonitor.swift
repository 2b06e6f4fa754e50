import Evaluation
import Foundation
import Policies
import Refinement

/// Shows a run on standard error while it goes on.
struct RunMonitor: Sendable {
    let console: Console
    let settings: RunSettings

    @Sendable func show(_ event: RunEvent) {
        switch event {
        case .resumed(let turns): console.say("resuming after \(turns.count) finished turns")
        case .asking(let trajectory, let index): console.working("\(number(trajectory, index))  asking \(author)")
        case .proposed(let proposal, let trajectory, let index):
            console.working("\(number(trajectory, index))  judging: \(proposal.rationale)")
        case .turn(let turn): console.say(TurnLine(turn: turn, namesTrajectory: isSeveral).text)
        case .outOfBudget(let message): console.say("the author's budget: \(message)")
        case .stopped(let reason): console.say("stopped: \(reason.explanation)")
        case .certifying(let turn): console.working("certifying turn \(turn.index) on inputs it never saw")
        case .certified(let certificate):
            let verdict = certificate.verdict
            console.say("certificate of turn \(certificate.index): \(verdict.status.rawValue), \(result(verdict))")
        }
    }

    private var isSeveral: Bool { settings.trajectories > 1 }

    private func number(_ trajectory: Int, _ index: Int) -> String {
        isSeveral ? "\(trajectory).\(index)" : "\(index)"
    }

    /// Who is asked: a language model by its name alone.
    private var author: String { settings.author?.components(separatedBy: " at http").first ?? settings.policy }

    /// Time and ratio of a verdict, or why it has none.
    private func result(_ verdict: Verdict) -> String {
        guard verdict.isCorrect else { return verdict.message ?? "" }
        let isPredicted = verdict.prediction != nil
        let time = verdict.medianSeconds.map { (isPredicted ? "predicted " : "") + Units.seconds($0) }
        let ratio = verdict.speedup.map { isPredicted ? Units.ratio($0.ratio) : Units.interval($0) }
        return [time, ratio].compactMap { $0 }.joined(separator: ", ")
    }
}

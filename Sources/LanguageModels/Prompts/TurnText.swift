import Evaluation
import Foundation
import KernelIR
import Policies
import Refinement
import Rendering

/// An earlier turn as a model is shown it: what was judged and what came of it, without the thinking behind it.
struct TurnText: Sendable {
    let turn: Turn

    /// One line: the verdict, the time, and what was tried in the author's words.
    var line: String {
        let summary = turn.proposal.rationale.oneLine.prefix(120)
        return "turn \(turn.index): \(verdict); \(summary)"
    }

    /// The whole candidate with its verdict, and perhaps what the judge said where it failed.
    func text(withMessage: Bool) -> String {
        var parts = ["## Turn \(turn.index): \(verdict)"]
        switch turn.proposal.content {
        case .source(let solution):
            parts += solution.sources.map { Quotation($0.content, info: solution.target.language.rawValue).text }
            if !solution.options.isEmpty {
                parts.append("Compiled with:\n" + Quotation(solution.options.joined(separator: " ")).text)
            }
        case .schedule(let schedule):
            let lines = schedule.map { (try? JSONText.encode($0)) ?? "" }
            parts.append(Quotation(lines.joined(separator: "\n"), info: "json").text)
        case .invalid: break
        }
        if withMessage, !turn.verdict.isCorrect, let message = turn.verdict.message {
            parts.append("The judge says:\n" + Quotation(String(message.prefix(800))).text)
        }
        return parts.joined(separator: "\n")
    }

    private var verdict: String {
        guard turn.verdict.isCorrect, let timing = turn.verdict.timing else { return turn.verdict.status.rawValue }
        let word = timing.predicted ? "predicted " : ""
        let ratio = timing.speedup.map {
            ", \(TargetTable.figure($0.ratio)) times as fast as \(timing.baseline ?? "the baseline")"
        }
        return "correct, \(word)\(TargetTable.figure(timing.medianSeconds * 1e3)) ms\(ratio ?? "")"
    }
}

import Devices
import Evaluation
import Policies

/// One turn on one line: number, status, time, speed-up, bottleneck, rationale.
struct TurnLine {
    let turn: Turn
    /// Whether several trajectories are under way, so that the line must say which one it belongs to.
    let namesTrajectory: Bool

    var text: String {
        let verdict = turn.verdict
        let number = namesTrajectory ? "\(turn.trajectory).\(turn.index)" : "\(turn.index)"
        var cells = [pad(number, 4), pad(verdict.status.rawValue, 11)]
        if let prediction = verdict.prediction {
            cells.append("predicted " + pad(Units.seconds(prediction.predictedSeconds), 8))
            cells.append(pad(verdict.speedup.map { Units.ratio($0.ratio) } ?? "", 8))
            cells.append(turn.proposal.rationale)
            cells.append("(\(prediction.bottleneck))")
        } else if verdict.isCorrect {
            cells.append(pad(verdict.medianSeconds.map(Units.seconds) ?? "", 8))
            cells.append(pad(verdict.speedup.map(Units.interval) ?? "", 19))
            cells.append(pad(verdict.profile.map { $0.bottleneck.rawValue + " " + Self.fraction($0) } ?? "", 13))
            cells.append(turn.proposal.rationale)
        } else {
            cells.append(Self.firstLine(verdict.message ?? ""))
            cells.append("(\(turn.proposal.rationale))")
        }
        return cells.joined(separator: "  ")
    }

    /// The fraction of what the device could do.
    private static func fraction(_ profile: Profile) -> String {
        Units.percent(profile.floorFraction ?? profile.rooflineFraction)
    }

    private static func firstLine(_ text: String) -> String {
        String(text.split(separator: "\n").first?.prefix(160) ?? "")
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

import Evaluation
import Foundation
import Rendering

/// A verdict as people read it.
struct VerdictText {
    let verdict: Verdict
    /// The sources that were judged, for the lines that a prediction names; none where they are not at hand.
    var sources: [Solution.Source] = []

    var text: String {
        var lines = ["status      \(verdict.status.rawValue)"]
        if let note = PrecisionName(verdict.provenance.precision).note { lines.append("            \(note)") }
        if let message = verdict.message { lines.append("message     \(message)") }
        for accuracy in verdict.accuracy {
            let bound = accuracy.tolerance.map { ", at most \(Self.number($0.normwise)) allowed" } ?? ""
            lines.append(
                "error       \(accuracy.normwise.map(Self.number) ?? "not finite") in norm on the "
                    + "\(accuracy.inputSet) inputs\(bound)")
            if let spread = accuracy.quantiles {
                let parts = [("p50", spread.p50), ("p90", spread.p90), ("p99", spread.p99), ("p999", spread.p999)]
                let texts = parts.map { "\($0) \(Self.number($1))" } + ["max \(Self.number(spread.max))"]
                lines.append("            elements: " + texts.joined(separator: ", "))
            }
        }
        if let determinism = verdict.determinism {
            lines.append(
                "bits        \(determinism.bitwise ? "equal" : "different") in \(determinism.runs) runs on the same inputs"
                    + (determinism.cause.map { ", by \($0.text)" } ?? "")
            )
        }
        if let opinion = verdict.secondOpinion { lines += Self.lines(of: opinion) }
        if let prediction = verdict.prediction {
            lines +=
                PredictionText(
                    prediction: prediction, timing: verdict.timing, coverage: verdict.coverage, sources: sources
                ).lines
        } else if let timing = verdict.timing {
            lines.append(
                "time        \(Units.seconds(timing.medianSeconds)) (median of \(timing.samples.count) batches)")
            if let speedup = timing.speedup, let name = timing.baseline {
                let seconds = timing.baselineMedianSeconds.map { " (\(Units.seconds($0)))" } ?? ""
                lines.append("speed-up    \(Units.interval(speedup)) against \(name)\(seconds)")
                if speedup.outcome == .tie { lines.append("            no difference of 2 % was shown") }
            }
        }
        if let drift = verdict.timing?.ratioDrift {
            lines.append("drift       the ratio changed by \(Units.percent(drift.change)) during the race")
        } else if let drift = verdict.timing?.drift {
            lines.append("drift       the time changed by \(Units.percent(drift.change)) during the race")
        }
        if let use = verdict.precisionUse, !use.narrowTypes.isEmpty {
            lines.append("precision   the source uses \(use.narrowTypes.joined(separator: ", "))")
        }
        if let profile = verdict.profile, verdict.prediction == nil {
            let floor = profile.floorFraction.map { ", \(Units.percent($0)) of the floor" } ?? ""
            lines.append(
                "bound by    \(profile.bottleneck.rawValue): \(Units.percent(profile.rooflineFraction)) of the roofline\(floor)"
            )
            lines.append("next        \(profile.lever)")
        }
        let how = verdict.prediction == nil ? "measured" : "predicted"
        lines.append("\(how) on \(verdict.provenance.device), \(verdict.provenance.hostCPU)")
        return lines.joined(separator: "\n")
    }

    private static func lines(of opinion: SecondOpinion) -> [String] {
        let what = opinion.unfinished.map { "unfinished: \($0.prefix(200))" }
        let found = opinion.findings.first.map { finding in
            let place = [finding.kernel, finding.line.map { "line \($0)" }].compactMap { $0 }.joined(separator: ", ")
            return
                "\(opinion.findings.count) findings, the first: \(finding.kind.rawValue) in \(place): \(finding.text)"
        }
        return ["\(opinion.tool)    " + [found, what].compactMap { $0 }.joined(separator: "; ")].map {
            found == nil && what == nil ? $0 + "nothing found" : $0
        }
    }

    private static func number(_ value: Double) -> String { String(format: "%.1e", value) }
}

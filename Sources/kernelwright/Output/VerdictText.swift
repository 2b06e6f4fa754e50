import Evaluation
import Foundation

/// A verdict as people read it.
struct VerdictText {
    let verdict: Verdict

    var text: String {
        var lines = ["status      \(verdict.status.rawValue)"]
        if let message = verdict.message { lines.append("message     \(message)") }
        for accuracy in verdict.accuracy {
            let bound = accuracy.tolerance.map { ", at most \(Self.number($0.normwise)) allowed" } ?? ""
            lines.append(
                "error       \(accuracy.normwise.map(Self.number) ?? "not finite") in norm on the "
                    + "\(accuracy.inputSet) inputs\(bound)")
        }
        if let determinism = verdict.determinism {
            lines.append(
                "bits        \(determinism.bitwise ? "equal" : "different") in \(determinism.runs) runs on the same inputs"
            )
        }
        if let timing = verdict.timing {
            lines.append(
                "time        \(Units.seconds(timing.medianSeconds)) (median of \(timing.samples.count) batches)")
            if let speedup = timing.speedup, let name = timing.baseline {
                let seconds = timing.baselineMedianSeconds.map { " (\(Units.seconds($0)))" } ?? ""
                lines.append("speed-up    \(Units.interval(speedup)) against \(name)\(seconds)")
            }
        }
        if let profile = verdict.profile {
            let floor = profile.floorFraction.map { ", \(Units.percent($0)) of the floor" } ?? ""
            lines.append(
                "bound by    \(profile.bottleneck.rawValue): \(Units.percent(profile.rooflineFraction)) of the roofline\(floor)"
            )
            lines.append("next        \(profile.lever)")
        }
        lines.append("measured on \(verdict.provenance.device), \(verdict.provenance.hostCPU)")
        return lines.joined(separator: "\n")
    }

    private static func number(_ value: Double) -> String { String(format: "%.1e", value) }
}

import Devices
import Evaluation
import Rendering

/// What a model said of a solution's time, as people read it; every line says that it is predicted.
struct PredictionText {
    let prediction: PlanPrediction
    let timing: Timing?
    /// The fraction of the work-groups whose results were checked.
    let coverage: Double
    /// The sources of the solution, for the lines that are named; none where they are not at hand.
    var sources: [Solution.Source] = []

    var lines: [String] {
        var lines = ["predicted   \(Units.seconds(prediction.predictedSeconds)) a call\(ratio)"]
        for launch in prediction.launches { lines += Self.lines(of: launch) }
        lines.append("bound by    \(prediction.bottleneck)")
        lines += table
        if coverage < 1 {
            lines.append(
                "checked     \(Units.percent(coverage)) of the blocks ran, every element that they wrote is right")
        }
        return lines
    }

    private var ratio: String {
        guard let ratio = timing?.speedup?.ratio, let name = timing?.baseline else { return "" }
        return ", \(Units.ratio(ratio)) against the predicted time of the \(name) program"
    }

    /// What the launch that takes longest does line by line.
    private var table: [String] {
        let longest = prediction.launches.max { $0.predictedSeconds < $1.predictedSeconds }
        guard let longest, let text = LineTable(launch: longest, sources: sources).text else { return [] }
        return ["lines       of \(longest.kernel), by their part of the limit's time"]
            + text.split(separator: "\n").map { "  \($0)" }
    }

    /// Lines that stand in one row.
    private static let toldCount = 5

    /// The lines of the source that take the largest parts of the limit's time.
    private static func lines(of regions: [LaunchPrediction.Region]) -> [String] {
        let told = regions.prefix(toldCount).filter { $0.share >= 0.05 }.map {
            "\($0.name) \(Units.percent($0.share))"
        }
        return told.isEmpty ? [] : ["    at " + told.joined(separator: ", ")]
    }

    private static func lines(of launch: LaunchPrediction) -> [String] {
        let spills = launch.spillBytes.map { $0 > 0 ? ", \($0) bytes spilled" : ", no spills" } ?? ""
        let evidence = launch.evidence.map {
            "\($0.name) \(Units.figure($0.value))" + ($0.unit.isEmpty ? "" : " \($0.unit)")
        }
        return [
            "  \(launch.kernel): \(Units.seconds(launch.predictedSeconds)), \(launch.limit) limit; "
                + "occupancy \(Units.percent(launch.occupancy)) by \(launch.limiter), "
                + "\(launch.registers) registers\(spills)",
            "    " + evidence.joined(separator: ", "),
        ] + lines(of: launch.regions)
    }
}

import Devices
import Foundation
import Studies

/// A ladder's outcome for people: a table of its kernels, and how far predictions agree with the published order.
struct LadderText {
    let outcome: LadderOutcome

    var text: String {
        var lines = [title, "", table, ""]
        lines += outcome.rows.compactMap { row in row.problem.map { "\(row.kernel) is not right: \($0)" } }
        if let publication = outcome.publication {
            let correlation = outcome.rankCorrelation.map { String(format: "%.2f", $0) } ?? "none"
            lines.append("published: \(publication), by others for their kernels")
            lines.append("rank correlation of the predicted and the published order: \(correlation)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var title: String {
        "\(outcome.ladder), extent \(outcome.extent), predicted for \(outcome.device); every element checked at extent "
            + "\(outcome.checkedExtent)"
    }

    private var table: String {
        TextTable(
            header: [
                "kernel", "predicted", "\(outcome.work.rawValue)/s", "limit", "occupancy", "registers", "spilled",
                "sectors/request", "conflicts", "lanes", "evidence", "from", "sampled", "published",
            ],
            rows: outcome.rows.map(cells), numeric: [1, 2, 5, 6, 7, 8, 9, 12, 13]
        ).text
    }

    private func cells(_ row: LadderOutcome.Row) -> [String] {
        // What bounds the whole is what bounds its longest launch.
        let launch = row.prediction?.launches.max { $0.predictedSeconds < $1.predictedSeconds }
        return [
            row.kernel, row.prediction.map { Units.seconds($0.predictedSeconds) } ?? "",
            row.predictedPerSecond.map(speed) ?? "",
        ] + resources(launch) + counted(row.counters) + evidence(launch)
            + [row.publishedPerSecond.map(speed) ?? ""]
    }

    private func resources(_ launch: LaunchPrediction?) -> [String] {
        guard let launch else { return ["", "", "", ""] }
        return [
            launch.limit, "\(Units.percent(launch.occupancy)) \(launch.limiter)", "\(launch.registers)",
            launch.spillBytes.map { "\($0) B" } ?? "?",
        ]
    }

    /// Sectors of a request; wavefronts of shared memory, and how many of them conflicts cost; lanes of an instruction.
    private func counted(_ counters: LadderCounters?) -> [String] {
        guard let counters else { return ["", "", ""] }
        return [
            String(format: "%.1f", counters.sectorsPerRequest),
            "\(counters.sharedConflictWavefronts) of \(counters.sharedWavefronts)",
            String(format: "%.1f", counters.lanesPerInstruction),
        ]
    }

    private func evidence(_ launch: LaunchPrediction?) -> [String] {
        guard let launch else { return ["", "", ""] }
        let counter = launch.evidence.first
        return [
            counter.map { "\($0.name) " + String(format: "%.3g", $0.value) } ?? "", launch.source,
            String(format: "%.2g %%", 100 * launch.coverage),
        ]
    }

    private func speed(_ perSecond: Double) -> String { Units.operations(perSecond, "\(outcome.work.rawValue)/s") }
}

import Evaluation
import Foundation

extension ScalingSummary {
    /// All tables as Markdown.
    public var markdown: String {
        [heading, splitTable, workloadTable, absences].filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private var heading: String {
        let word = settings.isPredicted ? "Predicted ratios" : "Speed-ups"
        return """
            # \(settings.candidates) candidates, split as trajectories × turns

            \(caution)

            \(word) to \(settings.baseline) on \(settings.device), size \(settings.size), author \
            \(settings.policy), seed \(settings.seed), \(compared.count) of \(settings.workloads.count) workloads. \
            Means are geometric; a workload where nothing was faster counts 1. Intervals are 95 %, bootstrapped over \
            workloads.
            """
    }

    private var splitTable: String {
        guard !rows.isEmpty else { return "No workload has been finished by every split yet." }
        let hasTokens = rows.contains { $0.tokens != nil }
        let header = ["split", "correct", "faster", "best judged", "certified", "over \(settings.splits[0])"]
        let cells = rows.map { row in
            [
                row.split, "\(row.correct)", "\(row.faster)", Self.text(row.judged), Self.text(row.certified),
                Self.text(row.overFirst),
            ] + (hasTokens ? ["\(row.tokens ?? 0)"] : [])
        }
        return Self.table(header + (hasTokens ? ["tokens"] : []), cells)
    }

    private var workloadTable: String {
        let cells = compared.map { workload in
            [workload]
                + settings.splits.map { split in
                    Self.cell(outcomes.first { $0.workload == workload && $0.split == split })
                }
        }
        guard !cells.isEmpty else { return "" }
        return "Certified, and in brackets the best as judged in its turn:\n\n"
            + Self.table(["workload"] + settings.splits, cells)
    }

    private var absences: String {
        guard !reasons.isEmpty else { return "" }
        return "Without part:\n\n" + reasons.map { "- \($0.workload): \($0.reason)" }.joined(separator: "\n")
    }

    private static func cell(_ outcome: ScalingOutcome?) -> String {
        guard let best = outcome?.best else { return "nothing correct" }
        let certified = outcome?.certified.map { number($0.ratio) } ?? "none"
        return "\(certified) (\(number(best)))"
    }

    private static func table(_ header: [String], _ rows: [[String]]) -> String {
        let rule = ["---"] + header.dropFirst().map { _ in "--:" }
        return ([header, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
    }

    private static func text(_ interval: RatioInterval) -> String {
        "\(number(interval.ratio)) [\(number(interval.low)), \(number(interval.high))]"
    }

    private static func number(_ value: Double) -> String { String(format: "%.2f", value) }
}

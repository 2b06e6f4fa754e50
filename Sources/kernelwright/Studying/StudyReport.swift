import Foundation
import KernelIR
import Refinement
import Studies
import Workloads

/// The result of a study of the judge.
struct StudyReport: Encodable {
    var summary: StudySummary
    /// For each workload, which distributions show most faults.
    var choices: [DistributionChoice]

    init(_ settings: StudySettings, _ outcomes: [StudyOutcome], workloads: [StudyWorkload]) {
        summary = StudySummary(settings, outcomes)
        choices = workloads.map { workload in
            let usual: [InputDistribution] = [.normal, .uniform]
            let present = workload.workload.distributions
            return DistributionChoice(
                workload: workload.id, present: present.isEmpty ? usual : present,
                outcomes.filter { $0.id.workload == workload.id })
        }
    }

    var markdown: String { summary.markdown + "\n## Distributions\n\n" + choiceLines.joined(separator: "\n") + "\n" }

    var json: Data {
        get throws { try JSONText.data(self) }
    }

    /// The headline, and every exception.
    var text: String {
        let rows = summary.classes.map {
            [$0.name, $0.judge.text, $0.certified.text, $0.kernelBench.text, $0.firstKernelBench.text]
        }
        let table = TextTable(
            header: ["faults", "judge, a turn", "judge, certified", "KernelBench 1e-4", "KernelBench 1e-2"], rows: rows)
        let survivors = summary.survivors.map { "  survived \($0.id): \($0.place); \($0.reason)" }
        let rejected = summary.falselyRejected.map { "  rejected \($0.id): \($0.place); \($0.reason.prefix(200))" }
        return
            ([
                table.text, "correct solutions rejected: \(summary.falseRejects.text)",
                "of those certified too: \(summary.certificateFalseRejects.text)",
                "\(Units.seconds(summary.secondsPerSubject)) a solution",
            ] + survivors + rejected).joined(separator: "\n")
    }

    private var choiceLines: [String] {
        let better = choices.filter(\.isImprovement)
        guard !better.isEmpty else { return ["No other pair of distributions shows more faults of any workload."] }
        return better.map { choice in
            "- \(choice.workload): \(Self.text(choice.best)) show \(choice.bestKills) of \(choice.faults) faults, "
                + "\(Self.text(choice.present)) \(choice.presentKills)"
        }
    }

    private static func text(_ distributions: [InputDistribution]) -> String {
        distributions.map(\.rawValue).joined(separator: ", ")
    }
}

import Evaluation
import Foundation
import Refinement

/// The report of a bench in Markdown, and its tables as text for a terminal.
struct BenchReport {
    let bench: BenchSummary

    private var settings: BenchSettings { bench.header.settings }
    private var hasIntervals: Bool { !bench.tables.isEmpty }

    var markdown: String {
        let sections = [
            heading, hasIntervals ? "## By interval\n\n\(Self.intervalNote)\n\n\(intervalTable.markdown)" : "",
            hasIntervals ? "## KernelBench's figures\n\n\(Self.fastNote)\n\n\(fastTable.markdown)" : "",
            hasIntervals ? "![fast_p over p](fast_p.svg)" : "",
            "## Workloads\n\n\(workloadTable.markdown)", exclusions, disqualifications, provenance,
        ]
        return sections.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    /// The tables as people read them on a terminal.
    var text: String {
        let tables = hasIntervals ? [intervalTable.text, "", fastTable.text, ""] : []
        return ([headline, ""] + tables).joined(separator: "\n").trimmingCharacters(in: .newlines)
    }

    private var headline: String {
        let state =
            bench.unfinished > 0 ? "; \(bench.unfinished) still to be done: figures are of the finished ones" : ""
        let out = bench.notAdmitted.isEmpty ? "" : "; \(bench.notAdmitted.count) not admitted"
        return "\(settings.suite), size \(settings.size), \(bench.measured) \(settings.machine): "
            + "\(bench.correct) of \(bench.rows.count) workloads correct\(out)\(state)\(precision)"
    }

    private var precision: String { PrecisionName(settings.precision).note.map { "; " + $0 } ?? "" }

    private var heading: String { "# \(settings.suite) at size \(settings.size)\n\n\(headline)." }

    private static let intervalNote = """
        A win is a ratio whose 95 % interval lies above 1 by 2 % and more, a loss one whose interval lies below by as much, \
        a tie anything else. Certified fast_1 counts intervals above 1. What is not correct, and what has no valid time of \
        the baseline, counts 0.
        """

    private static let fastNote = """
        fast_p is the fraction of all admitted workloads that are correct and more than p times as fast as the baseline \
        by the ratio of medians; the certified one takes the lower end of the interval.
        """

    private var intervalTable: TextTable {
        TextTable(
            header: ["baseline", "wins", "ties", "losses", "no ratio", "of", "certified fast_1"],
            rows: bench.tables.map { table in
                let score = table.score
                return [
                    table.baseline, "\(score.wins)", "\(score.ties)", "\(score.losses)",
                    "\(table.count - table.measured)", "\(table.count)", Self.fraction(score.certified["1"] ?? 0),
                ]
            }, numeric: [1, 2, 3, 4, 5, 6])
    }

    private var fastTable: TextTable {
        let names = SuiteScore.thresholds
        return TextTable(
            header: ["baseline", "figure"] + names.map { "p = \($0)" } + ["geometric mean", "of the faster"],
            rows: bench.tables.flatMap { table in
                let means = [table.score.geometricMean, table.score.geometricMeanOfFaster].map {
                    $0.map { String(format: "%.3f", $0) } ?? "none"
                }
                return [
                    [table.baseline, "fast_p"] + names.map { Self.fraction(table.score.fast[$0] ?? 0) } + means,
                    [table.baseline, "certified"] + names.map { Self.fraction(table.score.certified[$0] ?? 0) }
                        + ["", ""],
                ]
            }, numeric: Set(2..<(names.count + 4)))
    }

    private var workloadTable: TextTable {
        let baselines = settings.baselines
        return TextTable(
            header: ["workload", "name", "status", "time"] + baselines.map { "against \($0)" } + ["note"],
            rows: bench.rows.map { row in
                [row.workload, row.name, row.status.rawValue, row.seconds.map(Units.seconds) ?? ""]
                    + baselines.map { row.speedup(against: $0).map(Units.interval) ?? "" }
                    + [row.reason.map { Self.line($0) } ?? ""]
            }, numeric: [3])
    }

    private var exclusions: String {
        guard !bench.notAdmitted.isEmpty else { return "" }
        let table = TextTable(
            header: ["workload", "name", "reason"],
            rows: bench.notAdmitted.map { [$0.workload, $0.name, Self.line($0.reason)] })
        return "## Not admitted\n\nNot run, and in no figure.\n\n\(table.markdown)"
    }

    private var disqualifications: String {
        let rows = bench.tables.flatMap { table in
            table.disqualified.map { [table.baseline, $0.workload, Self.line($0.reason)] }
        }
        guard !rows.isEmpty else { return "" }
        return "## Disqualified baselines\n\nThese count 0 in the fractions against that baseline.\n\n"
            + TextTable(header: ["baseline", "workload", "reason"], rows: rows).markdown
    }

    private var provenance: String {
        let source = bench.header.provenance
        var rows = [
            ["device", source.device], ["driver", source.driver], ["processor", source.hostCPU],
            ["sandboxed", source.sandboxed ? "yes" : "**no**"], ["clock", source.clock],
            ["size", settings.size], ["budget", "\(Units.seconds(settings.budgetSeconds)) of search a workload"],
            ["policy", "\(settings.policy), \(settings.turns) turns at most"], ["proposal seed", "\(settings.seed)"],
            ["distribution", settings.distribution ?? "each workload's own"],
            ["deterministic", settings.deterministic ? "demanded" : "not demanded"],
            ["precision", PrecisionName(settings.precision).rawValue],
            ["parameters", settings.frozenParameters ? "frozen" : "read in every call"],
        ]
        rows += bench.versions.sorted { $0.key < $1.key }.map { [$0.key, $0.value.joined(separator: ", ")] }
        if !bench.commits.isEmpty { rows.append(["commit", bench.commits.joined(separator: ", ")]) }
        return "## Where it comes from\n\n" + TextTable(header: ["", ""], rows: rows).markdown
            + "\n\nSeeds of inputs stand in `bench.jsonl`, one line a workload."
    }

    private static func fraction(_ value: Double) -> String { String(format: "%.3f", value) }

    private static func line(_ text: String) -> String {
        let line = text.replacing("\n", with: " ")
        return line.count > 200 ? line.prefix(200) + "…" : line
    }
}

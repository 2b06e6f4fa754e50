import Evaluation
import Foundation
import Reference
import Workloads

/// The outcome of an admission run: counts, exclusions, disqualified baselines, and a table of every workload.
struct AdmissionSummary: Encodable {
    struct Exclusion: Encodable {
        var workload: String
        var name: String
        var reason: String
    }

    var settings: AdmissionSettings
    var commit: String?
    var admitted: Int
    var excluded: [Exclusion]
    /// Workloads that the reference cannot compute.
    var unknown: [Exclusion]
    var reports: [AdmissionReport]

    init(reports: [AdmissionReport], settings: AdmissionSettings, commit: String?) {
        self.settings = settings
        self.commit = commit
        self.reports = reports
        admitted = reports.filter { if case .admitted? = $0.decision { true } else { false } }.count
        excluded = reports.compactMap { report in
            guard case .excluded(let reason)? = report.decision else { return nil }
            return Exclusion(workload: report.workload, name: report.name, reason: reason)
        }
        unknown = reports.compactMap { report in
            report.failure.map { Exclusion(workload: report.workload, name: report.name, reason: $0) }
        }
    }

    /// Counts, then what did not go well.
    var text: String { (counts + troubles).joined(separator: "\n") }

    /// The whole evidence as Markdown.
    var markdown: String {
        var lines = ["# Admission" + (settings.size.map { " at \($0.rawValue)" } ?? ""), ""]
        lines.append(
            "Distributions: \(settings.distributions.map(\.rawValue).joined(separator: ", ")); seed \(settings.seed)"
                + (commit.map { "; commit \($0.prefix(12))" } ?? "") + ".")
        lines += ["", counts.joined(separator: "; ") + ".", ""]
        if !troubles.isEmpty { lines += troubles.map { "- " + $0.trimmingCharacters(in: .whitespaces) } + [""] }
        lines += [
            "Reference: seconds of the fp64 and the plain run, the most of all distributions. Plain: the largest normwise error of",
            "the plain run. Baselines: the largest normwise error against the reference. Nearest control: the one that comes",
            "closest to passing on the chosen distributions, with its largest error in units of the bound (above 1 it fails).",
            "",
        ]
        lines.append(TextTable(header: header, rows: reports.map(row), numeric: numeric).markdown)
        return lines.joined(separator: "\n") + "\n"
    }

    private var counts: [String] {
        let first = reports.lazy.compactMap { $0.distributions.first?.baselines.map(\.name) }.first ?? []
        let baselines = first.map { name in
            let agreeing = reports.filter { report in
                !report.distributions.isEmpty
                    && report.distributions.allSatisfy {
                        $0.baselines.contains { $0.name == name && $0.status == .agrees }
                    }
            }
            return "\(name) agrees on every distribution of \(agreeing.count)"
        }
        let unknowns = unknown.isEmpty ? "" : ", \(unknown.count) unknown"
        return ["\(reports.count) workloads: \(admitted) admitted, \(excluded.count) excluded\(unknowns)"] + baselines
    }

    private var troubles: [String] {
        let exclusions = excluded.map { "  excluded \($0.workload) \($0.name): \($0.reason)" }
        let unknowns = unknown.map { "  unknown \($0.workload) \($0.name): \($0.reason)" }
        let baselines = reports.flatMap { report in
            AdmissionLine(report: report).baselines.filter { !$0.hasSuffix(" agrees") }.map {
                "  \(report.workload) \(report.name): \($0)"
            }
        }
        return exclusions + unknowns + baselines
    }

    private var header: [String] {
        ["workload", "name", "judged under", "reference", "plain"] + settings.baselines + ["nearest control"]
    }

    private var numeric: Set<Int> { Set(3..<(5 + settings.baselines.count)) }

    private func row(_ report: AdmissionReport) -> [String] {
        let seconds = report.distributions.map(\.referenceSeconds).max()
        let plain = report.distributions.map(\.plain.normwise).max()
        let chosen: String =
            switch report.decision {
            case .admitted(let distributions)?: distributions.map(\.rawValue).joined(separator: ", ")
            case .excluded?: "excluded"
            case nil: "unknown"
            }
        let baselines = settings.baselines.map { name in
            let found = report.distributions.compactMap { $0.baselines.first { $0.name == name } }
            guard let worst = found.first(where: { $0.status != .agrees }) else {
                return found.compactMap { $0.accuracy?.normwise }.max().map(Self.error) ?? "–"
            }
            return worst.status.rawValue
        }
        return [report.workload, report.name, chosen, seconds.map(Units.seconds) ?? "–", plain.map(Self.error) ?? "–"]
            + baselines + [nearest(report)]
    }

    /// The control with the smallest error on the chosen distributions; of an excluded workload, on all.
    private func nearest(_ report: AdmissionReport) -> String {
        let chosen: [InputDistribution] =
            if case .admitted(let list)? = report.decision { list } else { report.distributions.map(\.distribution) }
        let results = report.distributions.filter { chosen.contains($0.distribution) }.flatMap { distribution in
            distribution.controls.compactMap { result in
                result.severity.map {
                    (severity: $0, text: "\(result.control) (\(distribution.distribution.rawValue))")
                }
            }
        }
        guard let nearest = results.min(by: { $0.severity < $1.severity }) else { return "–" }
        return "\(nearest.text) \(String(format: "%.3g", nearest.severity))"
    }

    private static func error(_ value: Double) -> String { value == 0 ? "0" : String(format: "%.1e", value) }
}

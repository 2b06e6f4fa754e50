import Evaluation
import Workloads

/// One workload's report in one line of text.
struct AdmissionLine {
    let report: AdmissionReport

    var text: String {
        ([report.workload, report.name, decision] + baselines.filter { !$0.hasSuffix("agrees") })
            .joined(separator: "  ")
    }

    /// `admitted: normal, uniform`, or why not.
    var decision: String {
        switch report.decision {
        case .admitted(let distributions)?: "admitted: " + distributions.map(\.rawValue).joined(separator: ", ")
        case .excluded(let reason)?: "excluded: " + reason
        case nil: "unknown: " + (report.failure ?? "")
        }
    }

    /// For each baseline its worst status over the distributions, e.g. `onnxruntime wrong (normal): …`.
    var baselines: [String] {
        let names = report.distributions.first?.baselines.map(\.name) ?? []
        return names.map { name in
            for distribution in report.distributions {
                guard let found = distribution.baselines.first(where: { $0.name == name }), found.status != .agrees
                else { continue }
                let place = found.status == .wrong ? " (\(distribution.distribution.rawValue))" : ""
                return "\(name) \(found.status.rawValue)\(place): \(found.message ?? "")"
            }
            return "\(name) agrees"
        }
    }
}

import Devices
import Foundation
import Studies

/// An ablation's outcome for people: what each feature's absence is predicted to cost, and the counter that says why.
struct AblationText {
    let outcome: AblationOutcome

    var text: String {
        var lines = [title, "", table, ""]
        lines += outcome.rows.compactMap { row in row.problem.map { "\(row.variant.rawValue) is not right: \($0)" } }
        return lines.joined(separator: "\n") + "\n"
    }

    private var title: String {
        "product of float16 matrices, extent \(outcome.extent), predicted for \(outcome.device); every element"
            + " checked at extent \(outcome.checkedExtent)"
    }

    private var table: String {
        TextTable(
            header: ["variant", "predicted", "ratio", "limit", "counter", "with everything", "without"],
            rows: outcome.rows.map(cells), numeric: [1, 2, 5, 6]
        ).text
    }

    private func cells(_ row: AblationOutcome.Row) -> [String] {
        let (launch, moved) = (row.prediction, row.moved)
        return [
            row.variant.rawValue, launch.map { Units.seconds($0.predictedSeconds) } ?? "",
            row.predictedRatio.map(Units.ratio) ?? "", launch?.limit ?? "",
            moved.map { $0.unit.isEmpty ? $0.name : "\($0.name), \($0.unit)" } ?? "",
            moved.map { figure($0.before) } ?? "", moved.map { figure($0.after) } ?? "",
        ]
    }

    private func figure(_ value: Double) -> String { String(format: "%.3g", value) }
}

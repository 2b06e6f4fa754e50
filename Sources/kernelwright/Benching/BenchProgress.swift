import Evaluation
import Foundation
import Refinement

/// How far a bench is.
struct BenchProgress: Sendable {
    /// Workloads in all.
    let total: Int
    let mainBaseline: String?
    private(set) var rows: [BenchRow]

    init(total: Int, mainBaseline: String?, rows: [BenchRow]) {
        (self.total, self.mainBaseline, self.rows) = (total, mainBaseline, rows)
    }

    mutating func finish(_ row: BenchRow) { rows.append(row) }

    /// Seconds left if those to come take as long as those that are done, on average; nil before the first.
    var secondsLeft: Double? {
        guard !rows.isEmpty else { return nil }
        return rows.map(\.elapsedSeconds).reduce(0, +) / Double(rows.count) * Double(total - rows.count)
    }

    /// The bar with everything that changes, and what is under way.
    func bar(_ current: String) -> String {
        let cells = 16
        let filled = total == 0 ? cells : cells * rows.count / total
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: cells - filled)
        return "[\(bar)] \(rows.count)/\(total)  \(outcomes)  \(timeLeft)  \(current)"
    }

    /// The line of the workload that was finished last.
    var lastLine: String {
        guard let row = rows.last else { return "" }
        var cells = ["\(rows.count)/\(total)", row.workload, row.status.rawValue]
        if let seconds = row.seconds { cells.append(Units.seconds(seconds)) }
        cells += row.comparisons.map { comparison in
            comparison.speedup.map { "\(Units.interval($0)) \(comparison.baseline)" }
                ?? "no ratio to \(comparison.baseline)"
        }
        if let reason = row.reason { cells.append(String(reason.split(separator: "\n").first?.prefix(120) ?? "")) }
        return cells.joined(separator: "  ") + "  (\(timeLeft))"
    }

    private var outcomes: String {
        guard let mainBaseline else { return "\(rows.count { $0.status.isCorrect }) correct" }
        let outcomes = rows.compactMap { $0.speedup(against: mainBaseline)?.outcome }
        func count(_ outcome: RatioInterval.Outcome) -> Int { outcomes.count { $0 == outcome } }
        return "\(count(.win)) won \(count(.tie)) tied \(count(.loss)) lost"
    }

    private var timeLeft: String { Units.timeLeft(secondsLeft) }
}

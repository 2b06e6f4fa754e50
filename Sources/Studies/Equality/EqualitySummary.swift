import Evaluation
import Foundation

/// What an A/A experiment says.
public struct EqualitySummary: Sendable, Codable {
    /// The runs of one workload, or all.
    public struct Row: Sendable, Codable {
        public var name: String
        /// Runs with a ratio that say "different", of those with a ratio.
        public var different: Rate
        /// Runs that were not even called correct.
        public var faults: Int
        /// The median seconds of a call.
        public var seconds: Double?
        /// The least and the largest ratio.
        public var least: Double?
        public var largest: Double?
        /// The typical width of an interval: the median of high over low, less 1.
        public var width: Double?
        /// How near any run came to being called a replay, which none is: beyond 1 it would be.
        public var replayShare: Double?

        init(_ name: String, _ outcomes: [EqualityOutcome]) {
            self.name = name
            let ratios = outcomes.compactMap(\.ratio)
            different = Rate(outcomes.count(where: \.isDifferent), of: ratios.count)
            faults = outcomes.count { $0.status != .correct }
            let seconds = outcomes.compactMap(\.seconds)
            self.seconds = seconds.isEmpty ? nil : median(seconds)
            least = ratios.map(\.ratio).min()
            largest = ratios.map(\.ratio).max()
            replayShare = outcomes.compactMap(\.replayShare).max()
            width = ratios.isEmpty ? nil : median(ratios.map { $0.high / $0.low - 1 })
        }
    }

    /// Whether one core was kept busy by another process meanwhile.
    public var busy: Bool
    public var all: Row
    public var byWorkload: [Row]
    /// Everything that was not called equal, one line each.
    public var exceptions: [String]

    public init(_ outcomes: [EqualityOutcome], busy: Bool) {
        self.busy = busy
        all = Row("all", outcomes)
        let names = Set(outcomes.map(\.workload)).sorted { $0.compare($1, options: .numeric) == .orderedAscending }
        byWorkload = names.map { name in Row(name, outcomes.filter { $0.workload == name }) }
        exceptions = outcomes.filter { $0.isDifferent || $0.status != .correct }.map(\.line)
    }

    /// The whole result as Markdown.
    public var markdown: String {
        let rows = (byWorkload + [all]).map { row in
            let microseconds = row.seconds.map { String(format: "%.1f", $0 * 1e6) } ?? ""
            let range = row.least.flatMap { least in
                row.largest.map { String(format: "%.3f – %.3f", least, $0) }
            }
            let width = row.width.map { String(format: "%.1f %%", 100 * $0) } ?? ""
            let share = row.replayShare.map { String(format: "%.2f", $0) } ?? ""
            let cells = [row.name, microseconds, row.different.text, "\(row.faults)", range ?? "", width, share]
            return "| " + cells.joined(separator: " | ") + " |"
        }
        let title = ["# Equal against equal", ""]
        let table = [
            "| workload | µs a call | called different | not called correct | ratios | width of an interval | nearest to a replay, which is 1 |",
            "| --- | --: | --- | --: | --- | --: | --: |",
        ]
        let list = exceptions.isEmpty ? [] : ["", "## Exceptions", ""] + exceptions.map { "- " + $0 }
        return (title + [opening, ""] + table + rows + list).joined(separator: "\n") + "\n"
    }

    private var opening: String {
        "Kernels of the built-in author, certified with themselves as the baseline, each time in new processes"
            + (busy ? ", while another process kept one core busy." : ".")
    }
}

extension EqualityOutcome {
    /// One line for people.
    public var line: String {
        let name = "\(workload), run \(run): "
        guard let ratio else { return name + "\(status.rawValue): \(message ?? "not timed")" }
        let interval = String(format: "%.3f [%.3f, %.3f]", ratio.ratio, ratio.low, ratio.high)
        return name + interval + (isDifferent ? ", called different" : "")
    }
}

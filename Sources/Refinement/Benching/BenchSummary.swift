import Evaluation
import Workloads

/// A bench's result; the content of `bench.json` and of `kw bench --json`.
public struct BenchSummary: Sendable, Hashable {
    /// A workload that cannot tell a kernel from a shortcut; it is not run.
    public struct Exclusion: Sendable, Hashable, Codable {
        public var workload: String
        public var name: String
        public var reason: String

        public init(workload: String, name: String, reason: String) {
            self.workload = workload
            self.name = name
            self.reason = reason
        }
    }

    public var header: BenchHeader
    /// Finished workloads in the suite's order.
    public var rows: [BenchRow]
    public var notAdmitted: [Exclusion]
    /// Workloads still to be done; 0 for a complete bench.
    public var unfinished: Int
    /// One table for each baseline, the main one first.
    public var tables: [BaselineTable]

    public init(header: BenchHeader, rows: [BenchRow], notAdmitted: [Exclusion], unfinished: Int) {
        self.header = header
        self.rows = rows
        self.notAdmitted = notAdmitted
        self.unfinished = unfinished
        tables = header.settings.baselines.map { BaselineTable(rows, baseline: $0) }
    }

    /// The label of every figure, e.g. `measured on CPU`.
    public var measured: String { "measured on " + header.deviceKind.uppercased() }

    /// Workloads with a certified kernel.
    public var correct: Int { rows.count { $0.status.isCorrect } }

    /// Every commit that rows were measured on.
    public var commits: [String] {
        Set(([header.provenance] + rows.compactMap(\.provenance)).compactMap(\.commit)).sorted()
    }

    /// The versions of every component that took part, several where they changed between rows.
    public var versions: [String: [String]] {
        let all = ([header.provenance] + rows.compactMap(\.provenance)).flatMap(\.versions)
        return Dictionary(grouping: all, by: \.key).mapValues { Set($0.map(\.value)).sorted() }
    }
}

import Evaluation
import Workloads

/// The JSON form that scripts rely on; `docs/bench.md` lists its fields.
extension BenchSummary: Encodable {
    private enum Key: String, CodingKey {
        case suite, device, size, precision, baseline, measured, complete, unfinished, count, correct
        case results, notAdmitted, fast, geometricMean, tables, provenance
    }

    public func encode(to encoder: any Encoder) throws {
        let settings = header.settings
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(settings.suite, forKey: .suite)
        try fields.encode(settings.device, forKey: .device)
        try fields.encode(settings.size, forKey: .size)
        try fields.encodeIfPresent(settings.precision, forKey: .precision)
        try fields.encode(settings.baselines.first, forKey: .baseline)
        try fields.encode(measured, forKey: .measured)
        try fields.encode(unfinished == 0, forKey: .complete)
        try fields.encode(unfinished, forKey: .unfinished)
        try fields.encode(rows.count, forKey: .count)
        try fields.encode(correct, forKey: .correct)
        try fields.encode(rows.map { Result(row: $0, mainBaseline: settings.baselines.first) }, forKey: .results)
        try fields.encode(notAdmitted, forKey: .notAdmitted)
        try fields.encode(tables.first?.score.fast ?? [:], forKey: .fast)
        try fields.encode(tables.first?.score.geometricMean, forKey: .geometricMean)
        try fields.encode(tables, forKey: .tables)
        try fields.encode(Origin(self), forKey: .provenance)
    }

    /// A row with the speedup against the main baseline beside it.
    private struct Result: Encodable {
        var row: BenchRow
        var mainBaseline: String?

        private enum Key: String, CodingKey { case speedup }

        func encode(to encoder: any Encoder) throws {
            try row.encode(to: encoder)
            var fields = encoder.container(keyedBy: Key.self)
            try fields.encodeIfPresent(mainBaseline.flatMap { row.speedup(against: $0) }, forKey: .speedup)
        }
    }

    /// What a reader needs to repeat the bench; seeds of inputs stand in the rows' own provenance.
    private struct Origin: Encodable {
        var device: String
        var driver: String
        var compiler: String?
        var hostCPU: String
        var versions: [String: [String]]
        var commits: [String]
        var clock: String
        var sandboxed: Bool
        var options: BenchSettings

        init(_ summary: BenchSummary) {
            let provenance = summary.header.provenance
            device = provenance.device
            driver = provenance.driver
            compiler = provenance.compiler
            hostCPU = provenance.hostCPU
            versions = summary.versions
            commits = summary.commits
            clock = provenance.clock
            sandboxed = provenance.sandboxed
            options = summary.header.settings
        }
    }
}

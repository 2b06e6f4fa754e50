import Foundation
import KernelIR
import Refinement
import Workloads

/// The folder of a bench and the names of what lies in it.
struct BenchFolder {
    let folder: RunFolder

    /// Takes the folder that the user names, or the first unused `kernelwright-out/bench-SUITE-LEVEL-N`; makes it.
    init(named path: String?, suite: String) throws(KernelwrightError) {
        folder = try RunFolder(named: path, defaultName: "bench-" + suite.replacing("/", with: "-"))
    }

    var url: URL { folder.url }
    /// One line for each finished workload.
    var record: URL { url.appendingPathComponent("bench.jsonl") }
    /// The workloads that were begun.
    var attempts: URL { url.appendingPathComponent("begun.txt") }
    private var summary: URL { url.appendingPathComponent("bench.json") }
    private var report: URL { url.appendingPathComponent("bench.md") }
    private var chart: URL { url.appendingPathComponent("fast_p.svg") }

    /// The folder of one workload's run.
    func run(of entry: Suite.Entry) throws(KernelwrightError) -> RunFolder {
        try RunFolder(named: runURL(entry).path, workload: entry.id)
    }

    /// Removes the folder of one workload's run.
    func removeRun(of entry: Suite.Entry) { try? FileManager.default.removeItem(at: runURL(entry)) }

    /// Writes everything that is derived from the record.
    func write(_ bench: BenchSummary) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try folder.write(try encoder.encode(bench), to: summary)
        try folder.write(Data(BenchReport(bench: bench).markdown.utf8), to: report)
        try folder.write(Data(FastChart(bench: bench).svg.utf8), to: chart)
    }

    private func runURL(_ entry: Suite.Entry) -> URL { url.appendingPathComponent("\(entry.level)-\(entry.number)") }
}

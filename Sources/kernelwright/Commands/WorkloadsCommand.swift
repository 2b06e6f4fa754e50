import ArgumentParser
import KernelIR
import Workloads

/// Lists the catalogue.
struct WorkloadsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workloads", abstract: "Lists the workloads that come with the package.",
        discussion: """
            Sizes: tiny (tests), cpu (at most 10 GFLOP and 128 MiB), gpu (as published).

            Examples:
              kw workloads --level 1 --size cpu
              kw workloads --json
            """)

    @Option(help: "The suite to list: \(Suite.all.map(\.name).joined(separator: ", ")).")
    var suite = Suite.kernelBench.name
    @Option(help: "Only this level.")
    var level: Int?
    @Option(help: "The size at which the workloads were traced: tiny, cpu or gpu.")
    var size = SizePreset.cpu
    @Flag(help: "Print one JSON array.")
    var json = false

    private struct Line: Encodable {
        var id: String
        var name: String
        var operators: [String]
        var flops: Int
        var bytes: Int
    }

    func run() throws {
        let lines = try catalogue()
        let console = Console()
        if json { return try console.json(lines) }
        let rows = lines.map {
            [
                $0.id, $0.name, Units.operations(Double($0.flops)), Units.bytes(Double($0.bytes)),
                Self.operators($0.operators),
            ]
        }
        console.result(
            TextTable(header: ["id", "name", "work", "moved", "operators"], rows: rows, numeric: [2, 3]).text)
    }

    private func catalogue() throws(KernelwrightError) -> [Line] {
        guard let suite = Suite.all.first(where: { $0.name == suite }) else {
            throw KernelwrightError(
                .badInput, "unknown suite \(suite)", hint: "suites: " + Suite.all.map(\.name).joined(separator: " "))
        }
        var lines: [Line] = []
        for level in level.map({ [$0] }) ?? Array(suite.levels) {
            let entries = try suite.entries(level: level, size: size)
            for (entry, workload) in zip(entries, try suite.workloads(level: level, size: size)) {
                lines.append(
                    Line(
                        id: entry.id, name: entry.name, operators: workload.operators, flops: workload.flops,
                        bytes: workload.minimumBytes))
            }
        }
        return lines
    }

    private static func operators(_ names: [String]) -> String {
        let short = names.map { $0.replacing("aten.", with: "").replacing(".default", with: "") }
        return short.prefix(4).joined(separator: " ") + (short.count > 4 ? " +\(short.count - 4)" : "")
    }
}

import ArgumentParser
import Evaluation
import Library

/// One line for each record.
struct LibraryListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the records.")

    @OptionGroup var libraryOptions: LibraryOptions
    @Flag(help: "Print one JSON array.")
    var json = false

    func run() throws {
        let console = Console()
        let records = try libraryOptions.opened(in: Installation())?.records() ?? []
        if json { return try console.json(records) }
        guard !records.isEmpty else { return console.result("the library is empty; kw optimize fills it") }
        let rows = records.map { record in
            [
                "\(record.id ?? 0)", record.workload, record.size ?? "", record.question.device,
                Units.seconds(record.seconds), record.speedup.map(Units.interval) ?? "",
                record.question.baselines.first ?? "none", record.policy, "\(record.turns)", record.recorded,
            ]
        }
        let header = ["no", "workload", "size", "device", "time", "speed-up", "against", "policy", "turns", "recorded"]
        console.result(TextTable(header: header, rows: rows, numeric: [0, 4, 8]).text)
    }
}

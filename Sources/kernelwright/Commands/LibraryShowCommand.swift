import ArgumentParser
import Evaluation
import Foundation
import KernelIR
import Library
import Workloads

/// One record with its conditions and addresses; its certificate is checked.
struct LibraryShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows a record, and writes its kernel and certificate.")

    @ArgumentParser.Argument(help: "The record's number, as kw library list shows it.")
    var number: Int64
    @OptionGroup var libraryOptions: LibraryOptions
    @Option(help: "A folder for solution.json, its sources, certificate.json and reproduce.py.")
    var out: String?
    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let console = Console()
        let library = try libraryOptions.opened(in: Installation())
        guard let library, let record = try library.record(number) else {
            throw KernelwrightError(
                .badInput, "the library has no record \(number)", hint: "kw library list shows the numbers")
        }
        let answer = Answer(record: record, certificate: try library.certificate(of: record), library: library.path)
        if let out {
            let folder = try RunFolder(named: out, workload: record.workload)
            try answer.write(to: folder, of: Self.workload(of: record), console)
        }
        if json { return try console.json(record) }
        console.result(Self.text(answer))
    }

    /// The workload by the name it had; nil where there is none of that name now.
    private static func workload(of record: LibraryRecord) -> Workload? {
        try? WorkloadReference(record.workload).load(size: record.size.flatMap(SizePreset.init(rawValue:)) ?? .cpu)
    }

    private static func text(_ answer: Answer) -> String {
        let (record, question) = (answer.record, answer.record.question)
        let versions = answer.certificate.verdict.provenance.versions.sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value)" }
        let conditions =
            [question.precision, question.caches.rawValue]
            + (question.deterministic ? ["deterministic"] : [])
            + (question.frozenParameters ? ["frozen parameters"] : [])
            + (question.sandboxed ? [] : ["unsandboxed"])
        let speedup = record.speedup.map { ", \(Units.interval($0)) against \(question.baselines.first ?? "")" }
        return """
            record \(record.id ?? 0) of \(record.recorded): \(record.workload)\(record.size.map { " at \($0)" } ?? "")
            \(Units.seconds(record.seconds))\(speedup ?? "")
            found by \(record.policy) in \(record.turns) turns, \(Units.seconds(record.searchSeconds))
            workload     \(question.workload)
            solution     \(record.solution)
            certificate  \(record.certificate)
            device       \(question.device), \(question.machine)
            conditions   \(conditions.joined(separator: ", "))
            versions     \(versions.joined(separator: ", "))
            """
    }
}

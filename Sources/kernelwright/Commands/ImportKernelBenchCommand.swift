import ArgumentParser
import Evaluation
import Foundation
import KernelIR
import Workloads

/// Imports the problems of a KernelBench checkout.
struct ImportKernelBenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernelbench", abstract: "Imports the problems of a KernelBench checkout.",
        discussion: """
            Every file is traced in a sandbox and stored as LEVEL/NAME. Sizes are those of the files, or with --size those
            at which the problem was traced for the suite that comes with this package; --set replaces further constants
            in every file. What is stored already, from the same file at the same sizes, is not traced again.

            Examples:
              kw import kernelbench ../KernelBench --levels 1 --size cpu
              kw import kernelbench ../KernelBench --set batch_size=16 --out at-16
            """)

    @ArgumentParser.Argument(help: "The folder of the checkout.")
    var folder: String
    @OptionGroup var options: PythonImportOptions
    @Option(help: "The levels, separated by commas.", transform: Self.levels)
    var levels: [Int] = [1, 2, 3]
    @Option(help: "Only the problems of these numbers, separated by commas.", transform: Self.numbers)
    var only: [Int] = []
    @Option(help: "The size of the problems: gpu (as published), cpu or tiny.")
    var size = SizePreset.gpu
    @Flag(help: "Print one JSON object.")
    var json = false

    private struct Summary: Encodable {
        struct Failure: Encodable {
            var id: String
            var message: String
        }

        var imported: [String] = []
        /// What was there already.
        var kept: [String] = []
        var failed: [Failure] = []
    }

    func run() async throws {
        let console = Console()
        let importer = options.importer(Installation())
        try importer.environment.check()
        let checkout = try KernelBenchCheckout(URL(fileURLWithPath: folder), levels: levels)
        let problems = checkout.problems.filter { only.isEmpty || only.contains($0.number) }
        var summary = Summary()
        for (index, problem) in problems.enumerated() {
            console.working("\(ProgressBar(done: index, of: problems.count)) \(problem.id) \(problem.name)")
            if !console.isTerminal, index % 10 == 0 { console.say("\(index)/\(problems.count) \(problem.id)") }
            do throws(KernelwrightError) {
                if try await store(problem, with: importer) {
                    summary.imported.append(problem.id)
                } else {
                    summary.kept.append(problem.id)
                }
            } catch {
                if error.code != .badInput { throw error }
                console.say("\(problem.id): \(error.description)")
                summary.failed.append(Summary.Failure(id: problem.id, message: error.description))
            }
        }
        console.clear()
        try report(summary, console)
    }

    /// Imports one problem; false where it is stored already.
    private func store(
        _ problem: KernelBenchCheckout.Problem, with importer: PythonImport
    ) async throws(KernelwrightError) -> Bool {
        let store = WorkloadStore(
            root: URL(fileURLWithPath: options.out).appendingPathComponent("\(problem.level)"))
        // The last of two settings of a name counts.
        let settings = problem.settings(at: size) + options.settings
        if isStored(problem, settings, in: store) { return false }
        let request = PythonImport.Request(file: problem.file, settings: settings)
        try store.store(try await importer.workload(of: request))
        return true
    }

    /// Whether the store holds the problem at these settings, from the file as it is.
    private func isStored(
        _ problem: KernelBenchCheckout.Problem, _ settings: [String], in store: WorkloadStore
    ) -> Bool {
        let path = store.folder(for: problem.name).appendingPathComponent(WorkloadFile.name).path
        let dates = [path, problem.file.path].map {
            (try? FileManager.default.attributesOfItem(atPath: $0))?[.modificationDate] as? Date
        }
        guard let stored = dates[0], let written = dates[1], stored > written,
            let workload = try? WorkloadFile.read(path: path)
        else { return false }
        var wanted: [String: String] = [:]
        for setting in settings {
            let parts = setting.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if parts.count == 2 { wanted[parts[0]] = parts[1] }
        }
        return workload.resized.mapValues(\.pythonLiteral) == wanted
    }

    private func report(_ summary: Summary, _ console: Console) throws {
        let count = summary.imported.count + summary.kept.count
        if json {
            try console.json(summary)
        } else {
            let kept = summary.kept.isEmpty ? "" : ", \(summary.kept.count) of them before"
            console.result("\(options.out): \(count) workloads imported\(kept), \(summary.failed.count) failed")
        }
        guard let first = summary.failed.first else { return }
        throw KernelwrightError(
            .badInput, "\(summary.failed.count) of \(count + summary.failed.count) files were not imported",
            hint: "the first: \(first.id)", cause: first.message)
    }

    private static func levels(_ text: String) throws -> [Int] {
        let levels = try numbers(text)
        guard levels.allSatisfy((1...9).contains) else { throw ValidationError("levels are 1 to 9, e.g. 1,2,3") }
        return levels
    }

    private static func numbers(_ text: String) throws -> [Int] {
        let numbers = text.split(separator: ",").map { Int($0) }
        guard !numbers.isEmpty, numbers.allSatisfy({ $0 != nil }) else {
            throw ValidationError("'\(text)' is no list of numbers such as 1,2,3")
        }
        return numbers.compactMap { $0 }
    }
}

import ArgumentParser
import Devices
import Evaluation
import Foundation
import KernelIR
import Operators
import Refinement
import Rendering
import Workers
import Workloads

/// Shows a solution on every level.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Shows how a kernel came about, from the workload to the measurements.",
        discussion: """
            Levels: 1 workload, 2 stages, 3 schedule, 4 loops, 5 source, 6 assembly, 7 measurements. Without --level all
            but assembly are shown; of CUDA C++ (--device sim:a6000) assembly is the PTX and the GPU's machine code. Without a
            solution it explains the unscheduled program.

            Examples:
              kw explain kernelbench/1/23 --level stages
              kw explain kernelbench/1/23 kernelwright-out/kernelbench-1-23-1
              kw explain kernelbench/1/1 run/solution.json --level 6
            """)

    @ArgumentParser.Argument(help: "kernelbench/LEVEL/NUMBER, or the path of a workload's JSON file.")
    var workload: String
    @ArgumentParser.Argument(help: "A solution.json, an annotated .cl or .cu file, or the folder of a run.")
    var solution: String?
    @Option(help: "Only this level: a number from 1 to 7 or a name.")
    var level: ExplainLevel?
    @Option(help: "The size at which a suite's workload was traced: tiny, cpu or gpu.")
    var size: SizePreset?
    @Option(help: "The device, as kw devices names it.")
    var device = "opencl:0"

    func run() async throws {
        let console = Console()
        let folder = solution.flatMap { Self.isFolder($0) ? URL(fileURLWithPath: $0) : nil }
        let record = try folder.flatMap { try Self.record(in: $0) }
        let named = record?.header.settings.size ?? folder.flatMap { Self.sizeOfAnswer(in: $0) }
        let traced = size ?? named.flatMap(SizePreset.init(rawValue:)) ?? .cpu
        let loaded = try WorkloadReference(workload).load(size: traced)
        let installation = Installation()
        let opened = try installation.devices.device(named: device)
        let path = folder.map { $0.appendingPathComponent("solution.json").path } ?? solution
        let candidate = try path.map { (path: String) throws(KernelwrightError) in
            try SolutionFile(path: path).read(for: loaded, profile: opened.profile)
        }
        let ladder = Ladder(
            workload: loaded, program: try lower(loaded), device: opened, solution: candidate, record: record)
        for level in level.map({ [$0] }) ?? ExplainLevel.allCases.filter({ $0 != .assembly }) {
            let text = try await ladder.text(level) { try await Self.assembly(of: ladder, on: opened, installation) }
            console.result((self.level == nil ? "── \(level.heading)\n\n" : "") + text.trimmed + "\n")
        }
    }

    private static func assembly(
        of ladder: Ladder, on device: any Device, _ installation: Installation
    ) async throws -> String {
        let host = try WorkerHost(
            limits: device.limits, language: device.language, configuration: installation.workers(of: device))
        return try await Assembly(device: device, host: host).text(of: try ladder.candidate())
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The size in the certificate of an answer of the library; nil where there is none.
    private static func sizeOfAnswer(in folder: URL) -> String? {
        let file = folder.appendingPathComponent("certificate.json")
        guard let data = try? Data(contentsOf: file) else { return nil }
        return try? VerdictRecord(file: data, path: file.path).conditions.size
    }

    /// The run of a folder; nil where the folder holds an answer of the library, which has a solution only.
    private static func record(in folder: URL) throws(KernelwrightError) -> RecordContents? {
        let file = folder.appendingPathComponent("trajectory.jsonl")
        let solution = folder.appendingPathComponent("solution.json").path
        if !FileManager.default.fileExists(atPath: file.path), FileManager.default.fileExists(atPath: solution) {
            return nil
        }
        guard let data = try? Data(contentsOf: file) else {
            throw KernelwrightError(
                .badInput, "\(file.path) cannot be read", hint: "give the folder of a run, or a solution.json")
        }
        return try RecordContents(data, place: file.path)
    }
}

extension String {
    /// Without line breaks at the end.
    fileprivate var trimmed: String { trimmingCharacters(in: .newlines) }
}

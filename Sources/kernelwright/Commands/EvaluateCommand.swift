import ArgumentParser
import Devices
import Evaluation
import Foundation
import KernelIR
import Rendering
import Workloads

/// Judges one solution, or repeats a recorded judgement.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Judges one solution: is it right, and how fast is it?",
        discussion: """
            Checks every output element against an fp64 oracle on inputs drawn from the system's entropy, times the
            solution next to the baseline, and says where the time goes. A wrong solution is a result too: exit code 5.

            --record FILE keeps the verdict with everything that a repetition needs. --verify FILE checks such a record's
            hash, judges its solution again (the same inputs for correctness, new ones for time) and says what agrees;
            exit code 3 where the record was changed, 5 where the repetition disagrees.

            Examples:
              kw evaluate kernelbench/1/23 kernelwright-out/kernelbench-1-23-1/solution.json --record verdict.json
              kw evaluate kernelbench/1/19 my-relu.cl --size tiny --baseline none --json
              kw evaluate --verify verdict.json
            """)

    @ArgumentParser.Argument(help: "kernelbench/LEVEL/NUMBER, or the path of a workload's JSON file.")
    var workload: String?
    @ArgumentParser.Argument(
        help: "A solution.json, or a .cl or .cu file with '// kw:' comments (see kw optimize --help).")
    var solution: String?
    @OptionGroup var judging: JudgingOptions
    @Option(help: "Write the verdict as a content-addressed record to this file.")
    var record: String?
    @Option(help: "Check a record and repeat its measurement; its workload may be named again where a file moved.")
    var verify: String?
    @Flag(help: "Print the verdict as one JSON object; with --verify, the findings with the new verdict.")
    var json = false

    func validate() throws {
        if verify == nil, workload == nil || solution == nil {
            throw ValidationError("a WORKLOAD and a SOLUTION are needed, or --verify RECORD")
        }
        if verify != nil, solution != nil {
            throw ValidationError("--verify takes the solution from the record; name at most the workload")
        }
    }

    func run() async throws {
        if let verify { return try await repeatRecord(verify) }
        guard let workload, let solution else { return }
        let console = Console()
        let loaded = judging.applied(to: try WorkloadReference(workload).load(size: judging.size))
        let laboratory = try Laboratory(loaded, options: judging, installation: Installation(), console: console)
        // A GPU is this process's until the verdict is there.
        defer { withExtendedLifetime(laboratory) {} }
        let candidate = try SolutionFile(path: solution).read(for: loaded, profile: laboratory.device.profile)
        var entropy = SystemRandomNumberGenerator()
        let session = try await laboratory.openSession(seed: Seed(using: &entropy), console: console)
        console.working("judging")
        let verdict = try await session.certify(candidate)
        await session.close()
        console.clear()
        if let record {
            try laboratory.write(verdict, of: candidate, named: workload, to: URL(fileURLWithPath: record))
        }
        if json {
            try console.json(verdict)
        } else {
            console.result(VerdictText(verdict: verdict, sources: candidate.sources).text)
        }
        guard verdict.isCorrect else {
            throw NoCorrectCandidate(message: "the solution is not correct: \(verdict.status.rawValue)")
        }
    }

    private func repeatRecord(_ path: String) async throws {
        let console = Console()
        let record = try RecordFile.read(path)
        let options = try judging.repeating(record.conditions, path: path)
        let loaded = options.applied(
            to: try WorkloadReference(workload ?? record.conditions.workload).load(size: options.size))
        guard loaded.contentHash == record.conditions.workloadHash, loaded.contentHash == record.solution.workload
        else {
            throw KernelwrightError(
                .badInput, "\(path): the workload is not the one that was judged",
                hint: "name the right one, \(record.conditions.workloadHash.prefix(12))…, before --verify")
        }
        let laboratory = try Laboratory(loaded, options: options, installation: Installation(), console: console)
        defer { withExtendedLifetime(laboratory) {} }
        var entropy = SystemRandomNumberGenerator()
        let fresh = Seed(using: &entropy)
        let session = try await laboratory.openSession(
            seed: record.verdict.provenance.seed ?? fresh, timingSeed: fresh, console: console)
        console.working("judging again")
        let verdict = try await session.certify(record.solution)
        await session.close()
        console.clear()
        let check = RecordCheck(record.verdict, repeated: verdict)
        if json { try console.json(check) } else { console.result(RecordText(check: check).text) }
        guard check.agrees else {
            throw NoCorrectCandidate(message: "the repetition disagrees with \(path)")
        }
    }
}

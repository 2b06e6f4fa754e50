import ArgumentParser
import Devices
import Evaluation
import Foundation
import KernelIR
import Workloads

/// Judges one solution.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Judges one solution: is it right, and how fast is it?",
        discussion: """
            Checks every output element against an fp64 oracle on inputs drawn from the system's entropy, times the
            solution next to the baseline, and says where the time goes. A wrong solution is a result too: exit code 5.

            Examples:
              kw evaluate kernelbench/1/23 kernelwright-out/kernelbench-1-23-1/solution.json
              kw evaluate kernelbench/1/19 my-relu.cl --size tiny --baseline none --json
            """)

    @ArgumentParser.Argument(help: "kernelbench/LEVEL/NUMBER, or the path of a workload's JSON file.")
    var workload: String
    @ArgumentParser.Argument(
        help: "A solution.json, or an OpenCL file with '// kw:' comments (see kw optimize --help).")
    var solution: String
    @OptionGroup var judging: JudgingOptions
    @Flag(help: "Print the verdict as one JSON object.")
    var json = false

    func run() async throws {
        let console = Console()
        let loaded = judging.applied(to: try WorkloadReference(workload).load(size: judging.size))
        let laboratory = try Laboratory(loaded, options: judging, installation: Installation(), console: console)
        let candidate = try SolutionFile(path: solution).read(for: loaded, profile: laboratory.device.profile)
        var entropy = SystemRandomNumberGenerator()
        let session = try await laboratory.openSession(seed: Seed(using: &entropy), console: console)
        console.working("judging")
        let verdict = try await session.certify(candidate)
        await session.close()
        console.clear()
        if json { try console.json(verdict) } else { console.result(VerdictText(verdict: verdict).text) }
        guard verdict.isCorrect else {
            throw NoCorrectCandidate(message: "the solution is not correct: \(verdict.status.rawValue)")
        }
    }
}

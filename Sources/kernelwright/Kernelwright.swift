import ArgumentParser
import Foundation
import KernelIR

/// The command line. Exit codes: 0 done; 1 defect; 2 usage; 3 bad input; 4 device or component missing; 5 no correct
/// candidate.
@main
struct Kernelwright: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kw",
        abstract: "Finds fast kernels for tensor workloads, and proves that they are right.",
        discussion: """
            A workload is a graph of PyTorch operators: an entry of a suite such as kernelbench/1/23, or a JSON file.
            A solution is what gets judged: kernel sources and a launch plan. A run writes solutions over several
            measured turns; the judge checks every output element and times each candidate next to the baseline.

            Results go to standard output (--json: one object for scripts), progress to standard error.
            Exit codes: 0 done, 2 wrong usage, 3 bad input, 4 a device or component is missing, 5 nothing was correct.

            Start here:
              kw devices                                     what can run here, and how fast it is
              kw workloads --size tiny                       what there is to optimize
              kw optimize kernelbench/1/40 --budget 60s      find a fast kernel; see the folder it names
              kw bench kernelbench/1 --budget 10s            a whole level, as KernelBench scores it
              kw explain kernelbench/1/40 --level stages     what is computed
              kw test                                        every test of the project
            """,
        version: Version.current,
        subcommands: [
            SetupCommand.self, DevicesCommand.self, WorkloadsCommand.self, OptimizeCommand.self,
            EvaluateCommand.self, ReplayCommand.self, BenchCommand.self, AdmitCommand.self, ExplainCommand.self,
            ImportCommand.self, ExportCommand.self, ReferenceCommand.self, StudyCommand.self, LibraryCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Ending(error).exit()
        }
    }
}

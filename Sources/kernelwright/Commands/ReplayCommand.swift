import ArgumentParser
import Foundation

/// Repeats a recorded run and compares it with its record.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Repeats a recorded run offline: does every turn come out byte for byte?",
        discussion: """
            Takes the verdicts and times from the folder's trajectory.jsonl, and a language model's answers from its
            exchanges.jsonl, asks the author again and builds its kernels again. Nothing is compiled, run or measured,
            no device is opened and no endpoint asked. Every proposal, prompt, request and solution must be the recorded
            one, and every line must come out as it stands there; the folder stays as it is.

            Exit code 0 where all is the same, and 5 where a turn differs: the first one is named. That means that the
            author, the macros or the prompts are no longer those of the record, or that the record was changed. Exit
            code 3 where the folder holds no run, or lacks what is needed: the workload, or exchanges.jsonl. A run that
            has no end yet is repeated as far as it came.

            Examples:
              kw optimize kernelbench/1/19 --size tiny --budget 2s --out relu-run && kw replay relu-run
              kw replay kernelwright-out/kernelbench-1-23-1 --json
              kw replay softmax-run --workload moved/softmax.json
            """)

    @ArgumentParser.Argument(help: "The folder of a run of kw optimize.")
    var folder: String
    @Option(help: "The run's workload, where its file has moved.")
    var workload: String?
    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let console = Console()
        let replay = try ReplayRun(folder: URL(fileURLWithPath: folder), workload: workload)
        console.working("repeating the run")
        let check = try await replay.check()
        console.clear()
        if json { try console.json(check) } else { console.result(check.text) }
        guard check.isSame else { throw NoCorrectCandidate(message: "the repetition differs from \(folder)") }
    }
}

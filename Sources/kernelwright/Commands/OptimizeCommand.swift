import ArgumentParser
import Crypto
import Devices
import Evaluation
import Foundation
import KernelIR
import LanguageModels
import Library
import Policies
import Refinement
import Rendering
import Workloads

/// Searches a fast kernel and writes the run's folder.
struct OptimizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "optimize", abstract: "Writes kernels over several measured turns and certifies the fastest.",
        discussion: """
            Each turn is judged: every output element against an fp64 oracle, then timed next to the baseline on the same
            inputs. The winner is judged again in fresh processes on inputs that no turn has seen. The output folder
            holds solution.json, the kernel source, trajectory.jsonl, report.md, roofline.svg, model.onnx and reproduce.py.
            Winners are kept in the library. Under the same conditions a workload seen before is answered from there at once;
            --again searches anew. A new workload starts from the kernels of the nearest known ones (docs/library.md).
            A run that was interrupted goes on when it is started again with the same options and --out. Ctrl-C stops
            the search and certifies the best so far. The oracle and certification are not part of --budget.

            --start takes a solution.json, or a file of OpenCL C (.cl) or CUDA C++ (.cu, extern "C" kernels, for devices
            that take CUDA) whose comments hold the launch plan:
              // kw: launch NAME grid=8,4 block=64,1 args=x,w,y,int32:128 [shared=BYTES] [phase=prepare]
              // kw: scratch NAME BYTES
              // kw: tune NAME=1,2,4

            Examples:
              kw optimize kernelbench/1/40
              kw optimize kernelbench/1/23 --size tiny --budget 5s --json
              kw optimize my-workload.json --policy beam --turns 40 --out softmax-run
              kw optimize kernelbench/1/19 --start my-relu.cl
              kw optimize kernelbench/1/23 --policy chat --endpoint http://127.0.0.1:8080/v1 --model NAME --budget 30m
              kw optimize kernelbench/2/17 --precision fp16
              kw optimize kernelbench/1/23 --deadline 2s --json
            """)

    @ArgumentParser.Argument(help: "kernelbench/LEVEL/NUMBER, or the path of a workload's JSON file.")
    var workload: String
    @OptionGroup var judging: JudgingOptions
    @OptionGroup var libraryOptions: LibraryOptions
    @Flag(help: "Search even where the library holds a certified kernel; the search starts from it.")
    var again = false
    @Option(help: "The author: greedy (addresses the bottleneck), beam, random, or chat (a language model).")
    var policy = PolicyName.greedy
    @OptionGroup var chat: ChatOptions
    @Option(help: "The most turns of one trajectory.")
    var turns = 64
    @Option(help: "Trajectories, which take turns on the device.")
    var trajectories = 1
    @Option(
        help: """
            In place of --trajectories and --turns: 16x4 is 16 trajectories of 4 turns; 16x4/4 keeps the best 4 after each \
            turn, and all 16 go on from these.
            """)
    var shape: SearchShape?
    @Option(
        help: "Time for the search, longer than zero: 500ms, 60s, 2m, 1h (default: 60s; 10m for --policy chat).",
        transform: Budget.init(argument:))
    var budget: Budget?
    @Option(
        help: """
            Answer within this time from the start of the process with the best there is then: a certified record, \
            else the best judged turn (status uncertified), else a first choice (unjudged).
            """, transform: Budget.init(argument:))
    var deadline: Budget?
    @Option(help: "Drives proposals; inputs are always drawn from the system's entropy.")
    var seed: UInt64 = 0
    @Option(help: "A solution.json or an annotated .cl or .cu file to start from.")
    var start: String?
    @Option(help: "The output folder (default: kernelwright-out/WORKLOAD-N).")
    var out: String?
    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard turns > 0 else { throw ValidationError("--turns is \(turns); it must be 1 or more") }
        guard trajectories > 0 else { throw ValidationError("--trajectories is \(trajectories); it must be 1 or more") }
        try chat.check(policy, unsandboxed: judging.unsandboxed)
    }

    func run() async throws {
        if let deadline { return try await answer(within: deadline) }
        let console = Console()
        let installation = Installation()
        let loaded = judging.applied(to: try WorkloadReference(workload).load(size: judging.size))
        let library = try libraryOptions.opened(in: installation)
        if let library, let answer = try answer(from: library, loaded, installation) {
            return try show(answer, of: loaded, console)
        }
        let laboratory = try Laboratory(loaded, options: judging, installation: installation, console: console)
        let solution = try start.map { (path: String) throws(KernelwrightError) in
            try SolutionFile(path: path).read(for: loaded, profile: laboratory.device.profile)
        }
        let folder = try RunFolder(named: out, workload: workload)
        let interruption = Interruption()
        let signal = InterruptSignal(
            interruption, console: console, answer: "stopping after this turn, then certifying the best so far")
        defer { withExtendedLifetime(signal) {} }
        let settings = try settings(
            loaded, start: solution?.contentHash, at: laboratory.station, budget: span.seconds)
        // Before anything is written: another run's folder stays as it is.
        _ = try folder.record(of: settings)
        let author = try chatAuthor(laboratory, folder, console)
        let search = Search(
            laboratory: laboratory, settings: settings, start: solution, folder: folder,
            library: libraryOptions.path(in: installation), isWarmStarted: true, console: console,
            interruption: interruption, report: RunMonitor(console: console, settings: settings).show,
            authorOptions: authorOptions)
        let record = try await search.run(author?.policy ?? policy.requireBuiltIn())
        try conclude(record, folder, console)
    }

    /// The time for the search: models take longer to answer than the built-in authors.
    var span: Budget { budget ?? Budget(seconds: policy == .chat ? 600 : 60) }

    /// The language model, where one is the author.
    func chatAuthor(_ laboratory: Laboratory, _ folder: RunFolder, _ console: Console) throws -> ChatAuthor? {
        guard policy == .chat else { return nil }
        return try ChatAuthor(chat, folder: folder, target: laboratory.station.target, console: console)
    }

    /// What the language model is given, for the record; nil for the built-in authors.
    var authorOptions: [String]? { policy == .chat ? chat.words : nil }

    /// Prints what a finished run found; throws where it found nothing.
    func conclude(_ record: RecordContents, _ folder: RunFolder, _ console: Console) throws {
        let summary = OptimizeSummary(record, folder: folder.url)
        console.clear()
        if let tokens = summary.tokens { console.say("the model took \(tokens.text)") }
        if json { try console.json(summary) } else { console.result(summary.text) }
        guard record.winner == nil else { return }
        throw NoCorrectCandidate(
            message: "\(Self.failure(of: record, most: summary.status)); see \(folder.report.path)")
    }

    /// Why a finished run has no winner.
    ///
    /// - Parameter status: how most candidates failed.
    static func failure(of record: RecordContents, most status: String) -> String {
        guard record.turns.isEmpty else { return "no candidate was correct (most: \(status))" }
        return "no candidate was proposed: \(record.end?.reason.explanation ?? "the run has no end")"
    }

    /// How the candidates are split.
    private var split: SearchShape { shape ?? SearchShape(trajectories: trajectories, turns: turns) }

    /// What the library knows; nil where somebody wants a search: anew, by a model, from a kernel of his own, or the one in
    /// the folder.
    private func answer(
        from library: Library, _ loaded: Workload, _ installation: Installation
    ) throws(KernelwrightError) -> Answer? {
        guard !again, start == nil, !isBegun, policy != .chat else { return nil }
        let extent = SearchExtent(turns: split.candidates, budgetSeconds: span.seconds, isComplete: false)
        return try Answer(judging.question(loaded, in: installation), searched: extent, in: library)
    }

    /// Whether a run was begun in the folder that is named.
    var isBegun: Bool { out.map { FileManager.default.fileExists(atPath: "\($0)/trajectory.jsonl") } ?? false }

    func show(_ answer: Answer, of loaded: Workload, _ console: Console) throws {
        let folder = try RunFolder(named: out, workload: workload)
        try answer.write(to: folder, of: loaded, console)
        let summary = OptimizeSummary(answer, workload: workload, folder: folder.url)
        if json { try console.json(summary) } else { console.result(summary.text) }
    }

    /// What decides a run: everything here follows from the options, so that the same command goes on with its run.
    ///
    /// - Parameter start: a hash of the kernel to start from.
    func settings(
        _ loaded: Workload, start: String?, at station: Station, budget seconds: Double
    ) throws(KernelwrightError) -> RunSettings {
        var author: String?
        if policy == .chat { author = chat.author(at: try Endpoint(chat.endpoint ?? "")) }
        let isFile = if case .file = WorkloadReference(workload) { true } else { false }
        return RunSettings(
            workload: workload, workloadHash: loaded.contentHash, device: judging.device,
            size: isFile ? nil : judging.size.rawValue, policy: policy.rawValue, turns: split.turns,
            trajectories: split.trajectories, budgetSeconds: seconds,
            lookahead: split.beam == nil && author == nil ? RunSettings.usualLookahead : nil, seed: seed,
            baseline: station.baselineNames, distribution: judging.distribution?.description,
            deterministic: judging.deterministic, frozenParameters: judging.frozenParameters,
            unsandboxed: judging.unsandboxed, start: start, precision: judging.precision.type,
            author: author, beam: split.beam)
    }
}

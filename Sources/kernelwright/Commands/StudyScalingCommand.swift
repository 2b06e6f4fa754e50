import ArgumentParser
import Devices
import Evaluation
import Foundation
import KernelIR
import LanguageModels
import Policies
import Refinement
import Studies
import Workloads

/// Compares ways to split a number of candidates.
struct StudyScalingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scaling",
        abstract: "Many short trajectories or few long ones, at an equal number of candidates?",
        discussion: """
            Every workload is searched once for each split, as kw optimize --shape does with the same options, and the
            winner is certified. No run ends early for want of gain, and no library takes part. With a built-in author
            the result says nothing about language models. docs/study.md tells the rules.

            The folder gets scaling.jsonl (one line a run; an interrupted study goes on, also within a run), scaling.md,
            scaling.json, scaling.svg, and each run's own record.

            Examples:
              kw study scaling --size tiny
              kw study scaling --size tiny --only 19,23 --candidates 8
              kw study scaling kernelbench/2 --only 1,5,17 --splits 32x2,8x8,8x8/2 --candidates 64 --policy beam
              kw study scaling --policy chat --endpoint http://127.0.0.1:8080/v1 --model NAME --candidates 16
            """)

    /// Ten workloads of level 1, one of a kind each.
    private static let usualNumbers = [1, 19, 23, 26, 33, 40, 42, 47, 50, 89]

    @ArgumentParser.Argument(help: "A suite or one level of it, e.g. kernelbench/1.")
    var suite = "kernelbench/1"
    @OptionGroup var judging: JudgingOptions
    @Option(
        help: "Only these numbers, e.g. 1,5,20-30 (default: ten of level 1; all of other levels).",
        transform: NumberList.init(argument:))
    var only: NumberList?
    @Option(help: "The author: greedy, beam, random or chat.")
    var policy = PolicyName.greedy
    @OptionGroup var chat: ChatOptions
    @Option(help: "Candidates of every run.")
    var candidates = 64
    @Option(
        help: """
            Trajectories x turns, with commas between; each makes the number of candidates (default: one, four and \
            eight turns a trajectory).
            """, transform: ShapeList.init(argument:))
    var splits: ShapeList?
    @Option(help: "Drives proposals and intervals; inputs are always drawn from the system's entropy.")
    var seed: UInt64 = 0
    @Option(help: "The output folder (default: kernelwright-out/study-scaling-SIZE-POLICY).")
    var out: String?
    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard candidates > 0 else { throw ValidationError("--candidates is \(candidates); it must be 1 or more") }
        guard let shapes else {
            throw ValidationError("--candidates is \(candidates), which has no eighth; name the splits with --splits")
        }
        if let other = shapes.first(where: { $0.candidates != candidates }) {
            throw ValidationError("\(other) makes \(other.candidates) candidates, --candidates is \(candidates)")
        }
        try chat.check(policy, unsandboxed: judging.unsandboxed)
    }

    func run() async throws {
        let console = Console()
        let numbers = only?.numbers ?? (suite == "kernelbench/1" ? Self.usualNumbers : nil)
        let selection = try BenchSelection(suite, only: numbers, size: judging.size)
        for exclusion in selection.excluded { console.say("\(exclusion.workload) takes no part: \(exclusion.reason)") }
        let station = try Station(options: judging, installation: Installation(), console: console)
        guard station.device.isPredicted || station.baselineNames != nil else {
            throw KernelwrightError(
                .badInput, "splits are compared by their ratios to a baseline", hint: "leave --baseline none out")
        }
        let folder = try RunFolder(
            named: out ?? "kernelwright-out/study-scaling-\(judging.size.rawValue)-\(policy.rawValue)",
            defaultName: "study")
        console.say("results go to \(folder.url.path)")
        let interruption = Interruption()
        let signal = InterruptSignal(interruption, console: console, answer: "stopping after this run")
        defer { withExtendedLifetime(signal) {} }
        let study = ScalingRun(
            station: station, selection: selection, settings: try settings(station, selection), shapes: shapes ?? [],
            author: try author(console), authorOptions: policy == .chat ? chat.words : nil, folder: folder,
            console: console, interruption: interruption, time: .system)
        let summary = try await study.run()
        try write(summary, to: folder)
        if json { try console.json(summary) } else { console.result(summary.markdown) }
    }

    private var shapes: [SearchShape]? { (splits ?? ShapeList(candidates: candidates))?.shapes }

    /// Makes the author of one run: a language model records what it is asked in the run's folder.
    private func author(_ console: Console) throws -> ScalingRun.Author {
        if let builtIn = policy.builtIn { return { _, _ in builtIn } }
        // The first run takes the key out of the environment.
        let environment = ProcessInfo.processInfo.environment
        return { [chat] station, folder in
            try ChatAuthor(
                chat, folder: folder, target: station.target, console: console, environment: environment
            ).policy
        }
    }

    private func settings(_ station: Station, _ selection: BenchSelection) throws -> ScalingSettings {
        ScalingSettings(
            workloads: selection.entries.map(\.id), size: judging.size.rawValue, device: judging.device,
            baseline: station.baselineNames ?? "the predicted time of the unscheduled program",
            isPredicted: station.device.isPredicted, policy: policy.rawValue,
            author: try chat.endpoint.map { chat.author(at: try Endpoint($0)) }, candidates: candidates,
            splits: shapes ?? [], distribution: judging.distribution?.description,
            deterministic: judging.deterministic, frozenParameters: judging.frozenParameters,
            precision: judging.precision.type, unsandboxed: judging.unsandboxed, seed: seed)
    }

    private func write(_ summary: ScalingSummary, to folder: RunFolder) throws {
        func file(_ ending: String) -> URL { folder.url.appendingPathComponent("scaling." + ending) }
        try folder.write(Data(summary.markdown.utf8), to: file("md"))
        try folder.write(JSONText.data(summary), to: file("json"))
        try folder.write(Data(ScalingChart(summary: summary).svg.utf8), to: file("svg"))
    }
}

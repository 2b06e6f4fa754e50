import ArgumentParser
import Devices
import Evaluation
import Foundation
import KernelIR
import Refinement
import Workloads

/// Optimizes a whole suite and scores it as KernelBench does.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Optimizes every workload of a suite and prints its fast_p table.",
        discussion: """
            Each workload is what kw optimize does with the same options: a search, then a certificate in which every baseline
            races the winner. The table is KernelBench's (fast_p is the fraction of all workloads that are correct and more than p
            times as fast), beside it wins, ties and losses by the 95 % interval. Workloads that the author cannot
            write for yet, and those that fail, are rows too, and count 0; those not admitted are listed only.

            The folder holds bench.jsonl (one line for each finished workload), bench.json, bench.md, fast_p.svg, and each
            workload's run. A bench that was interrupted or killed goes on with the same options and --out.
            Ctrl-C stops after the workload under way.

            Examples:
              kw bench kernelbench/1 --budget 10s
              kw bench kernelbench/2 --only 1,5,20-30 --baseline onnxruntime,pytorch-eager,pytorch-compile
              kw bench kernelbench/1 --size tiny --budget 2s --out tiny-bench --json
            """)

    @ArgumentParser.Argument(help: "A suite or one level of it, e.g. kernelbench/1.")
    var suite: String
    @OptionGroup var judging: JudgingOptions
    @OptionGroup var libraryOptions: LibraryOptions
    @Option(help: "Only these numbers, e.g. 1,5,20-30.", transform: NumberList.init(argument:))
    var only: NumberList?
    @Option(help: "The author: greedy (addresses the bottleneck), beam or random.")
    var policy = PolicyName.greedy
    @Option(help: "The most turns for each workload.")
    var turns = 64
    @Option(
        help: "Time of search for each workload, longer than zero: 500ms, 20s, 2m.",
        transform: Budget.init(argument:))
    var budget = Budget(seconds: 20)
    @Option(help: "Drives proposals; inputs are always drawn from the system's entropy.")
    var seed: UInt64 = 0
    @Option(help: "The output folder (default: kernelwright-out/bench-SUITE-LEVEL-N).")
    var out: String?
    @Flag(help: "Keep the record and the tables only, not the folder of each workload's run.")
    var noArtifacts = false
    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard turns > 0 else { throw ValidationError("--turns is \(turns); it must be 1 or more") }
        _ = try policy.requireBuiltIn()
    }

    func run() async throws {
        let console = Console()
        let selection = try BenchSelection(suite, only: only?.numbers, size: judging.size)
        let station = try Station(options: judging, installation: Installation(), console: console)
        guard !station.device.isPredicted else {
            throw KernelwrightError(
                .badInput, "a bench measures, and times on \(station.device.id) are predicted",
                hint:
                    "kw study cuda judges CUDA kernels of whole levels; kw optimize --device \(station.device.id) predicts"
            )
        }
        let folder = try BenchFolder(named: out, suite: suite)
        console.say("results go to \(folder.url.path)")
        let interruption = Interruption()
        let signal = InterruptSignal(interruption, console: console, answer: "stopping after this workload")
        defer { withExtendedLifetime(signal) {} }
        let bench = try await BenchRun(
            station: station, selection: selection, settings: settings(station), policy: policy.requireBuiltIn(),
            folder: folder, library: libraryOptions.path(in: station.installation), keepsArtifacts: !noArtifacts,
            console: console, interruption: interruption, time: .system
        ).run()
        try folder.write(bench)
        if json { return try console.json(bench) }
        console.result(BenchReport(bench: bench).text + "\n\nreport, records and runs in \(folder.url.path)")
    }

    private func settings(_ station: Station) -> BenchSettings {
        let source = station.provenance
        return BenchSettings(
            suite: suite, only: only?.numbers, size: judging.size.rawValue, device: judging.device,
            machine: "\(source.device) (\(source.driver)), \(source.hostCPU)",
            baselines: station.baselines.map(\.rawValue), distribution: judging.distribution?.description,
            budgetSeconds: budget.seconds, policy: policy.rawValue,
            turns: turns, seed: seed, deterministic: judging.deterministic,
            frozenParameters: judging.frozenParameters, unsandboxed: judging.unsandboxed,
            precision: judging.precision.type)
    }
}

import ArgumentParser
import Devices
import Evaluation
import Foundation
import KernelIR
import Refinement
import Rendering
import Scheduling
import Studies
import Workers
import Workloads

/// Certifies kernels against themselves.
struct StudyEqualCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "equal",
        abstract: "How often does the judge call a kernel faster or slower than itself?",
        discussion: """
            Certifies kernels of the built-in author with themselves as the baseline (an A/A experiment), in new processes each
            time. An interval of 95 % may err once in twenty; docs/judge.md tells how it is made.

            The folder gets equal.jsonl (one line a certification; an interrupted experiment goes on from it), equal.md and
            equal.json.

            Examples:
              kw study equal --runs 3
              kw study equal --busy --only kernelbench/1/19,kernelbench/1/1 --runs 100
            """)

    @Option(help: "Certifications of every workload.")
    var runs = 50
    @Option(help: "Ids of workloads with commas between.")
    var only = "kernelbench/1/19,kernelbench/1/1,kernelbench/1/23,kernelbench/1/40"
    @Option(help: "The size at which the workloads were traced: tiny, cpu or gpu.")
    var size = SizePreset.tiny
    @Flag(help: "Keep one core busy with another process meanwhile.")
    var busy = false
    @Option(help: "The device, as kw devices names it.")
    var device = "opencl:0"
    @Option(help: "The output folder (default: kernelwright-out/study-equal-SIZE, or …-busy).")
    var out: String?
    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard runs > 0 else { throw ValidationError("--runs is \(runs); it must be 1 or more") }
    }

    func run() async throws {
        let console = Console()
        let ids = only.split(separator: ",").map(String.init)
        let workloads = try StudyWorkload.all(size: size, only: ids)
        let folder = try RunFolder(
            named: out ?? "kernelwright-out/study-equal-\(size.rawValue)\(busy ? "-busy" : "")", workload: "study")
        let settings = EqualitySettings(workloads: ids, size: size.rawValue, busy: busy)
        let path = folder.url.appendingPathComponent("equal.jsonl").path
        let file = try StudyRecord<EqualitySettings, EqualityOutcome>(path: path, settings)
        let known = Set(await file.outcomes.map { "\($0.workload) \($0.run)" })
        let study = EqualityStudy(try await subjects(workloads), runs: runs)
        let neighbour = busy ? try BusyNeighbour() : nil
        defer { neighbour?.stop() }
        try await study.run(unless: { known.contains("\($0) \($1)") }) { outcome in
            try await file.append(outcome)
            console.say(outcome.line)
        }
        let summary = EqualitySummary(await file.outcomes, busy: busy)
        try folder.write(Data(summary.markdown.utf8), to: folder.url.appendingPathComponent("equal.md"))
        try folder.write(JSONText.data(summary), to: folder.url.appendingPathComponent("equal.json"))
        if json { try console.json(summary) } else { console.result(summary.markdown) }
    }

    /// The macros' own choice for each workload, with one host of workers for all.
    private func subjects(_ workloads: [StudyWorkload]) async throws -> [EqualityStudy.Subject] {
        let opened = try OpenCLDevice.named(device)
        let installation = Installation()
        let ceilings = try CeilingStore(directory: installation.state.path).ceilings(of: opened)
        let configuration = WorkerConfiguration(
            device: opened.id, executable: WorkerConfiguration.executableBesideThis())
        let host = try WorkerHost(limits: opened.limits, configuration: configuration)
        try await host.warmUp()
        let provenance = Provenance(
            device: "\(opened.id) \(opened.name)", driver: opened.driver, compiler: opened.compiler, hostCPU: "any",
            versions: ["kernelwright": Version.current], commit: installation.commit, sandboxed: true)
        return try workloads.map { workload in
            let state = try ScheduleState(workload.program, target: opened.profile)
                .applying(ProgramCPU().schedule(workload.program, target: opened.profile))
            let solution = try Renderer.openCL(opened.profile).render(
                state.lowered(), workload: workload.workload.contentHash, author: "macros")
            var entropy = SystemRandomNumberGenerator()
            let setting = JudgingSession.Setting(
                workload: workload.workload, host: host,
                inputs: ReferenceInputs(workload.workload, seed: Seed(using: &entropy)), provenance: provenance,
                target: opened.profile, ceilings: ceilings)
            return EqualityStudy.Subject(workload: workload.id, solution: solution, setting: setting)
        }
    }
}

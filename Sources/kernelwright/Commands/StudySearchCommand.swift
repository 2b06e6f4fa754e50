import ArgumentParser
import Devices
import Evaluation
import Foundation
import KernelIR
import Policies
import Refinement
import Studies
import Workers
import Workloads

/// Counts the candidates that authors need.
struct StudySearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "How many candidates do authors need to come near the best known schedule?",
        discussion: """
            Draws workloads by seed (products, convolutions, softmax, norms, reductions, pools), lets every author take the same
            number of turns on each, times all incumbents again, and counts candidates to within 5 % of the best known. No
            library takes part. docs/study.md tells the rules.

            The folder gets search.jsonl (one line a workload; an interrupted study goes on from it), search.md, search.json and
            search.svg.

            Examples:
              kw study search --subjects 4 --turns 16
              kw study search
            """)

    @Option(help: "Workloads.")
    var subjects = 20
    @Option(help: "Turns of every author on every workload.")
    var turns = 40
    @Option(help: "Drives extents and proposals; inputs are always drawn from the system's entropy.")
    var seed: UInt64 = 1
    @Option(help: "Candidates that are proposed together, where an author can.")
    var lookahead = RunSettings.usualLookahead
    @Option(help: "The device, as kw devices names it.")
    var device = "opencl:0"
    @Option(help: "The output folder (default: kernelwright-out/study-search).")
    var out: String?
    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        for (name, value) in [("subjects", subjects), ("turns", turns), ("lookahead", lookahead)] where value < 1 {
            throw ValidationError("--\(name) is \(value); it must be 1 or more")
        }
    }

    func run() async throws {
        let console = Console()
        let names = PolicyName.builtInNames.map(\.rawValue)
        let settings = SearchStudy.Settings(
            subjects: subjects, seed: seed, turns: turns, lookahead: lookahead, policies: names)
        let folder = try RunFolder(named: out ?? "kernelwright-out/study-search", workload: "study")
        let path = folder.url.appendingPathComponent("search.jsonl").path
        let file = try StudyRecord<SearchStudy.Settings, SearchOutcome>(path: path, settings)
        let opened = try OpenCLDevice.named(device)
        let study = SearchStudy(
            settings, policies: PolicyName.builtInNames.compactMap(\.builtIn), target: opened.profile,
            ceilings: try CeilingStore(directory: Installation().state.path).ceilings(of: opened))
        let known = Set(await file.outcomes.map(\.subject))
        for subject in try SearchSubject.drawn(subjects, seed: seed) where !known.contains(subject.id) {
            console.working("searching \(subject.id)")
            let session = try await session(subject, on: opened)
            let outcome = try await study.run(subject, judge: session)
            await session.close()
            try await file.append(outcome)
            let needed = names.map { name in
                "\(name) \(outcome.needed(name, within: 0.05).map(String.init) ?? "never")"
            }
            console.say("\(subject.id) \(Units.seconds(outcome.bestSeconds)): \(needed.joined(separator: ", "))")
        }
        let summary = SearchSummary(await file.outcomes, settings)
        try folder.write(Data(summary.markdown.utf8), to: folder.url.appendingPathComponent("search.md"))
        try folder.write(JSONText.data(summary), to: folder.url.appendingPathComponent("search.json"))
        try folder.write(
            Data(SearchChart(summary: summary).svg.utf8), to: folder.url.appendingPathComponent("search.svg"))
        if json { try console.json(summary) } else { console.result(summary.markdown) }
    }

    /// A judge of one workload without a baseline: the authors are compared with each other.
    private func session(_ subject: SearchSubject, on opened: OpenCLDevice) async throws -> JudgingSession {
        let installation = Installation()
        let configuration = WorkerConfiguration(
            device: opened.id, executable: WorkerConfiguration.executableBesideThis())
        let host = try WorkerHost(limits: opened.limits, configuration: configuration)
        try await host.warmUp()
        let provenance = Provenance(
            device: "\(opened.id) \(opened.name)", driver: opened.driver, hostCPU: "any",
            versions: ["kernelwright": Version.current], commit: installation.commit, sandboxed: true)
        var entropy = SystemRandomNumberGenerator()
        return try await JudgingSession(
            JudgingSession.Setting(
                workload: subject.workload, host: host,
                inputs: ReferenceInputs(subject.workload, seed: Seed(using: &entropy)), provenance: provenance,
                target: opened.profile,
                ceilings: try CeilingStore(directory: installation.state.path).ceilings(of: opened)))
    }
}

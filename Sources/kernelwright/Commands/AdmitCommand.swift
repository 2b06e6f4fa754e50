import ArgumentParser
import Evaluation
import Foundation
import KernelIR
import Workloads

/// Finds out which workloads can tell a kernel from a shortcut, and whether reference and baselines agree.
struct AdmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admit",
        abstract: "Tests workloads: do shortcuts fail on them, and do reference and baselines agree?",
        discussion: """
            For each workload and input distribution: the fp64 reference, every baseline judged like a candidate, and
            controls that must fail the judge's comparison (zeros, the mean, copies of inputs, half of the work, inputs
            left unread, …). A workload is admitted under the distributions on which every control fails. Where the
            named distributions leave fewer than two, the others are tried too. See docs/admission.md.

            The folder gets admission.jsonl (one line a workload; an interrupted run goes on from it) and admission.md.

            Examples:
              kw admit kernelbench --size tiny
              kw admit kernelbench/1 --only 94,96,100 --size cpu
              kw admit kernelbench --size cpu --baseline onnxruntime,pytorch-eager --write
              kw admit my-workload.json --distributions normal,zeroRich --json
            """)

    @ArgumentParser.Argument(help: "SUITE, SUITE/LEVEL, SUITE/LEVEL/NUMBER, or the path of a workload's JSON file.")
    var target: String
    @Option(help: "Only these numbers, e.g. 1,5,20-30.", transform: NumberList.init(argument:))
    var only: NumberList?
    @Option(help: "The size at which a suite's workloads were traced: tiny, cpu or gpu.")
    var size = SizePreset.cpu
    @Option(help: "Distributions to examine.", transform: DistributionList.init(argument:))
    var distributions = DistributionList([.uniform, .normal, .zeroRich])
    @Option(
        help: "Baselines to judge: onnxruntime, pytorch-eager, pytorch-compile; or none.",
        transform: BaselineList.init(argument:))
    var baseline = BaselineList([.onnxruntime])
    @Option(help: "Decides every draw.")
    var seed: UInt64 = 0
    @Option(help: "The output folder (default: kernelwright-out/admit-TARGET-SIZE).")
    var out: String?
    @Flag(help: "Print one JSON object.")
    var json = false
    @Flag(help: "Write the decisions to the suite's data in the source tree; the next build ships them.")
    var write = false

    func run() async throws {
        let console = Console()
        let installation = Installation()
        let chosen = try AdmissionTarget(target, only: only?.numbers, size: size)
        let settings = AdmissionSettings(
            size: chosen.isFile ? nil : size, distributions: distributions.distributions,
            baselines: baseline.runtimes.map(\.rawValue), seed: seed)
        let folder = try RunFolder(named: out ?? defaultFolder, workload: target)
        let file = try AdmissionFile(path: folder.url.appendingPathComponent("admission.jsonl").path, settings)
        let campaign = AdmissionCampaign(
            target: chosen, settings: settings, file: file, installation: installation, console: console)
        let reports = try await campaign.run()
        let table = AdmissionSummary(reports: reports, settings: settings, commit: installation.commit)
        try folder.write(Data(table.markdown.utf8), to: folder.url.appendingPathComponent("admission.md"))
        if write { try record(reports, installation) }
        console.clear()
        if json { try console.json(table) } else { console.result(table.text) }
    }

    private var defaultFolder: String {
        let name = target.replacing(".json", with: "").split(separator: "/").suffix(3).joined(separator: "-")
        return "kernelwright-out/admit-\(name)-\(size.rawValue)"
    }

    private func record(_ reports: [AdmissionReport], _ installation: Installation) throws(KernelwrightError) {
        guard let suite = Suite.all.first(where: { target.split(separator: "/").first.map(String.init) == $0.name })
        else {
            throw KernelwrightError(.badInput, "--write is for workloads of a suite", hint: "leave out --write")
        }
        let file = installation.root.appendingPathComponent(
            "Sources/Workloads/Resources/\(suite.name)-admission.json")
        // The source, not what this build ships: earlier runs may have written since.
        let source = try? Data(contentsOf: file)
        var table =
            try source.map { json throws(KernelwrightError) in try AdmissionTable(json: json, place: file.path) }
            ?? AdmissionTable()
        for report in reports {
            if let decision = report.decision { table[report.workload, size] = decision }
        }
        do {
            try Data(table.json.utf8).write(to: file, options: .atomic)
        } catch {
            throw KernelwrightError(
                .badInput, "cannot write \(file.path)", hint: "run from the source tree",
                cause: (error as NSError).localizedDescription)
        }
    }
}

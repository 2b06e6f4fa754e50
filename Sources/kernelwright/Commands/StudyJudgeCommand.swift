import ArgumentParser
import Devices
import Evaluation
import Foundation
import KernelIR
import Rendering
import Studies
import Workers
import Workloads

/// Measures how many faults the judge finds, and how many correct solutions it rejects.
struct StudyJudgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "How many injected faults does the judge find, and is any correct kernel rejected?",
        discussion: """
            Breaks correct kernels in one place each and hands them to the judge, beside KernelBench's own rule; hands it
            correct kernels that compute in other orders too. See docs/study.md.

            The folder gets judge.jsonl (one line a solution; an interrupted study goes on from it), judge.md and judge.json.

            Examples:
              kw study judge --mutants 40 --correct 20
              kw study judge --only kernelbench/1/23,study/softmax-prime
              kw study judge --show kernelbench/1/23:0:droppedTerm:2
            """)

    @Option(help: "Mutants to judge, over all workloads.")
    var mutants = 2400
    @Option(help: "Correct solutions to judge.")
    var correct = 2400
    @Option(help: "Ids of workloads with commas between (default: all that the built-in author can write).")
    var only: String?
    @Option(help: "The size at which the suite's workloads were traced: tiny, cpu or gpu.")
    var size = SizePreset.tiny
    @Option(help: "Decides mutants, correct solutions and inputs.")
    var seed: UInt64 = 1
    @Option(help: "The device, as kw devices names it.")
    var device = "opencl:0"
    @Option(help: "The output folder (default: kernelwright-out/study-judge-SIZE).")
    var out: String?
    @Option(help: "Print what a mutant changes, and judge nothing.")
    var show: String?
    @Flag(help: "Print one JSON object.")
    var json = false
    @Flag(
        help: "Write distributions that show strictly more faults to the suite's admission data in the source tree.")
    var write = false

    func validate() throws {
        guard mutants >= 0, correct >= 0, mutants + correct > 0 else {
            throw ValidationError("--mutants and --correct are counts, not both 0")
        }
    }

    func run() async throws {
        let console = Console()
        let opened = try OpenCLDevice.named(device)
        if let show {
            let id = try SubjectID(show)
            console.result(try await SubjectText(id, size: size, seed: seed, target: opened.profile).text)
            return
        }
        let ids = only.map { $0.split(separator: ",").map(String.init) }
        let settings = StudySettings(mutants: mutants, correct: correct, size: size, seed: seed, only: ids)
        let workloads = try StudyWorkload.all(size: size, only: ids)
        let folder = try RunFolder(named: out ?? "kernelwright-out/study-judge-\(size.rawValue)", workload: "study")
        let file = try StudyFile(path: folder.url.appendingPathComponent("judge.jsonl").path, settings)
        let campaign = StudyCampaign(
            settings: settings, workloads: workloads, device: opened, installation: Installation(), console: console)
        try await campaign.run(into: file)
        let outcomes = await file.outcomes
        let report = StudyReport(settings, outcomes, workloads: workloads)
        try folder.write(Data(report.markdown.utf8), to: folder.url.appendingPathComponent("judge.md"))
        try folder.write(report.json, to: folder.url.appendingPathComponent("judge.json"))
        if write { try AdmissionUpdate(installation: Installation(), size: size).apply(report.choices, console) }
        console.clear()
        if json { try console.json(report) } else { console.result(report.text) }
    }
}

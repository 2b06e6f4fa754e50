import Devices
import Evaluation
import Foundation
import KernelIR
import Policies
import Refinement
import Rendering
import Workloads

/// One run of `optimize`: the loop with its collaborators, and the files of its folder.
struct Search {
    let laboratory: Laboratory
    let settings: RunSettings
    let start: Solution?
    let folder: RunFolder
    /// The file where winners are kept; nil keeps nothing.
    let library: String?
    /// Whether the policy is shown what the library suggests.
    let isWarmStarted: Bool
    let console: Console
    /// Asks for an early end.
    let interruption: Interruption
    /// Called after each step.
    let report: @Sendable (RunEvent) -> Void
    /// The first turn, where it is neither `start` nor the author's; the settings hold a hash of its kernel.
    var opening: Proposal?
    /// What a language model is given, for the record.
    var authorOptions: [String]?
    /// Asked once judging can begin: the moment after which no turn begins; nil leaves it to the budget.
    var turnsEnd: (@Sendable () -> Deadline)?

    /// Runs to the end and writes every file.
    func run(_ policy: any Policy) async throws -> RecordContents {
        let header = RecordHeader(
            settings: settings, versions: ["kernelwright": Version.current], precedents: try suggestions(),
            target: laboratory.station.target, authorOptions: authorOptions)
        let file = try TrajectoryFile(path: folder.trajectory.path, header: header)
        let builder = CandidateBuilder(
            program: laboratory.program, workloadHash: settings.workloadHash, author: policy.name,
            renderer: .of(laboratory.device))
        let record: RecordContents
        if file.contents.end == nil {
            record = try await search(policy, builder, file)
            if let turn = record.winner, let verdict = record.end?.winner?.verdict {
                remember(record, try builder.build(turn.proposal).get(), turn: turn, verdict)
            }
        } else {
            console.say("\(folder.url.path) holds the finished run; nothing to do")
            record = file.contents
        }
        try write(record, builder)
        return record
    }

    private func search(
        _ policy: any Policy, _ builder: CandidateBuilder, _ file: TrajectoryFile
    ) async throws -> RecordContents {
        let seed = try folder.inputSeed()
        let session = try await laboratory.openSession(seed: seed, console: console)
        let end = turnsEnd?()
        let loop = RefinementLoop(
            policy: policy, builder: builder, judge: session, settings: settings, provenance: laboratory.provenance,
            interruption: interruption, timeLeft: { end?.left.seconds ?? .infinity }, report: report)
        // A run that goes on is held to the rates it began with, as its repetition is.
        let target = file.contents.header.target ?? laboratory.station.target
        let observation = Observation(
            workload: laboratory.workload, program: laboratory.program, target: laboratory.device.profile,
            ceilings: target.ceilings, precision: settings.precision, start: start, opening: opening,
            precedents: file.contents.header.precedents)
        let record = try await loop.run(observation, into: file, inputSeed: seed)
        await session.close()
        folder.removePrivateSeed()
        return record
    }

    private func write(_ record: RecordContents, _ builder: CandidateBuilder) throws {
        let solution = try record.winner.map { try builder.build($0.proposal).get() }
        let report = RunReport(
            workload: laboratory.workload, record: record, ceilings: laboratory.ceilings, solution: solution)
        try folder.write(Data(report.markdown.utf8), to: folder.report)
        try folder.write(Data(chart(record).svg.utf8), to: folder.roofline)
        guard let solution, let certificate = record.end?.winner?.verdict else { return }
        let recorded = laboratory.record(of: certificate, solution, named: settings.workload)
        try folder.write(recorded.file, to: folder.certificate)
        let cores = laboratory.device.profile.cores
        try folder.write(Reproduction(recorded, of: laboratory.workload, threads: cores), console)
    }

    private func chart(_ record: RecordContents) -> RooflineChart {
        let workload = laboratory.workload
        let elements = workload.outputTypes.map(\.elementCount).reduce(0, +)
        let timing = record.end?.winner?.verdict.timing
        var winner = record.winner
        if let verdict = record.end?.winner?.verdict { winner?.verdict = verdict }
        let name = timing?.baseline
        return RooflineChart(
            title: "\(workload.name) on \(laboratory.device.id) (\(laboratory.provenance.hostCPU))",
            ceilings: laboratory.ceilings, bytes: Double(workload.minimumBytes),
            operations: Double(workload.flops > 0 ? workload.flops : elements), turns: record.turns.map(\.turn),
            winner: winner, baseline: name.flatMap { name in timing?.baselineMedianSeconds.map { (name, $0) } })
    }
}

extension JudgingSession: Certifying {}

import Devices
import Evaluation
import Foundation
import KernelIR
import Operators
import Policies
import Refinement
import Studies
import Workloads

/// Searches every workload once for each split of the candidates, and keeps an outcome of each run.
struct ScalingRun {
    /// Makes the author of a run whose folder is given.
    typealias Author = (Station, RunFolder) throws -> any Policy

    let station: Station
    let selection: BenchSelection
    let settings: ScalingSettings
    let shapes: [SearchShape]
    let author: Author
    /// What a language model is given, for the records; nil for the built-in authors.
    let authorOptions: [String]?
    let folder: RunFolder
    let console: Console
    /// Asks to stop after the run under way.
    let interruption: Interruption
    let time: MonotonicTime

    /// Seconds for each candidate after which a run ends: only its candidates shall end it.
    private static let generousSeconds = 3600.0

    /// Goes on with the first run that has no outcome yet, to the end or the interruption.
    ///
    /// - Throws: defects of the environment, such as an endpoint that is gone; the same command goes on from there.
    func run() async throws -> ScalingSummary {
        let path = folder.url.appendingPathComponent("scaling.jsonl").path
        let file = try StudyRecord<ScalingSettings, ScalingOutcome>(path: path, settings)
        var done = await file.outcomes
        if !done.isEmpty { console.say("going on after \(done.count) finished runs") }
        for entry in selection.entries {
            for shape in shapes {
                let isDone = done.contains { $0.workload == entry.id && $0.split == shape.description }
                if isDone || interruption.isRequested { continue }
                let progress = ScalingProgress(total: selection.entries.count * shapes.count, done: done)
                let outcome = try await outcome(of: entry, shape) { [console] step in
                    console.working("\(progress.bar)  \(entry.id) \(shape): \(step)")
                }
                try await file.append(outcome)
                done.append(outcome)
                console.say(ScalingProgress(total: progress.total, done: done).lastLine)
            }
        }
        console.clear()
        return ScalingSummary(done, settings)
    }

    private func outcome(
        of entry: Suite.Entry, _ shape: SearchShape, show: @escaping @Sendable (String) -> Void
    ) async throws -> ScalingOutcome {
        let began = time.now
        show("lowering")
        let workload = station.options.applied(
            to: try selection.suite.workload(level: entry.level, number: entry.number, size: selection.size))
        let program: TensorProgram
        do { program = try lower(workload) } catch {
            return ScalingOutcome(
                workload: entry.id, split: shape, seconds: (time.now - began) / .seconds(1), reason: error.message)
        }
        let run = try runFolder(entry, shape)
        let search = Search(
            laboratory: Laboratory(workload, program: program, at: station),
            settings: runSettings(entry, workload, shape), start: nil, folder: run, library: nil, isWarmStarted: false,
            console: Console(isSilent: true),
            // Ctrl-C must not shorten a search that is part of a table.
            interruption: Interruption(),
            report: { event in
                if case .asking(let trajectory, let index) = event { show("turn \(trajectory).\(index), asking") }
                if case .proposed(_, let trajectory, let index) = event { show("turn \(trajectory).\(index)") }
                if case .certifying = event { show("certifying") }
            }, authorOptions: authorOptions)
        let record = try await search.run(try author(station, run))
        return ScalingOutcome(
            workload: entry.id, split: shape, record: record, seconds: (time.now - began) / .seconds(1))
    }

    private func runSettings(_ entry: Suite.Entry, _ workload: Workload, _ shape: SearchShape) -> RunSettings {
        RunSettings(
            workload: entry.id, workloadHash: workload.contentHash, device: settings.device, size: settings.size,
            policy: settings.policy, turns: shape.turns, trajectories: shape.trajectories,
            budgetSeconds: Self.generousSeconds * Double(settings.candidates), seed: settings.seed,
            baseline: station.baselineNames, distribution: settings.distribution,
            deterministic: settings.deterministic, frozenParameters: settings.frozenParameters,
            unsandboxed: settings.unsandboxed, precision: settings.precision,
            convergence: Convergence(patience: settings.candidates), author: settings.author, beam: shape.beam)
    }

    private func runFolder(_ entry: Suite.Entry, _ shape: SearchShape) throws(KernelwrightError) -> RunFolder {
        let split = shape.description.replacing("/", with: "-")
        let place = folder.url.appendingPathComponent("\(entry.level)-\(entry.number)/\(split)")
        return try RunFolder(named: place.path, workload: entry.id)
    }
}

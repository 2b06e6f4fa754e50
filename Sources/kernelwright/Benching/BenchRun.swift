import Devices
import Evaluation
import Foundation
import KernelIR
import Operators
import Policies
import Refinement
import Workloads

/// Runs what `optimize` runs on one workload after the other, and keeps a row of each.
struct BenchRun {
    let station: Station
    let selection: BenchSelection
    let settings: BenchSettings
    let policy: any Policy
    let folder: BenchFolder
    /// The file where winners are kept; nil keeps nothing. A bench reads none: its figures must not depend on the past.
    let library: String?
    /// Whether the folders of the workloads' runs stay.
    let keepsArtifacts: Bool
    let console: Console
    /// Asks to stop after the workload under way.
    let interruption: Interruption
    /// Measures how long a workload takes.
    let time: MonotonicTime

    /// Goes on with the first workload that has no row yet, to the end or the interruption.
    ///
    /// - Throws: what keeps the record from being written; a workload that fails is a row.
    func run() async throws(KernelwrightError) -> BenchSummary {
        let header = BenchHeader(
            settings: settings, deviceKind: station.device.kind.rawValue, provenance: station.provenance)
        let file = try BenchFile(path: folder.record.path, header: header)
        var progress = BenchProgress(
            total: selection.entries.count, mainBaseline: settings.baselines.first, rows: file.rows)
        if !file.rows.isEmpty { console.say("going on after \(file.rows.count) finished workloads") }
        let done = Set(file.rows.map(\.workload))
        var attempts = BenchAttempts(file: folder.attempts)
        for entry in selection.entries where !done.contains(entry.id) {
            if interruption.isRequested { break }
            let row = try await row(of: entry, progress, &attempts)
            try file.append(row)
            if !keepsArtifacts { folder.removeRun(of: entry) }
            progress.finish(row)
            console.say(progress.lastLine)
        }
        console.clear()
        let byId = Dictionary(progress.rows.map { ($0.workload, $0) }, uniquingKeysWith: { first, _ in first })
        return BenchSummary(
            header: file.header, rows: selection.entries.compactMap { byId[$0.id] }, notAdmitted: selection.excluded,
            unfinished: selection.entries.count { byId[$0.id] == nil })
    }

    /// The row of a workload; a failure where it ended the process in every session so far.
    private func row(
        of entry: Suite.Entry, _ progress: BenchProgress, _ attempts: inout BenchAttempts
    ) async throws(KernelwrightError) -> BenchRow {
        if let reason = attempts.refusal(of: entry.id) {
            return BenchRow(
                workload: entry.id, name: entry.name, status: .failed, reason: reason, elapsedSeconds: 0)
        }
        try attempts.begin(entry.id, in: folder.folder)
        return await row(of: entry, progress)
    }

    private func row(of entry: Suite.Entry, _ progress: BenchProgress) async -> BenchRow {
        let began = time.now
        func failure(_ status: BenchStatus, _ reason: String) -> BenchRow {
            BenchRow(
                workload: entry.id, name: entry.name, status: status, reason: reason,
                elapsedSeconds: (time.now - began) / .seconds(1))
        }
        do {
            console.working(progress.bar(entry.id))
            let workload = station.options.applied(
                to: try selection.suite.workload(level: entry.level, number: entry.number, size: selection.size))
            let program: TensorProgram
            do { program = try lower(workload) } catch { return failure(.unsupported, error.message) }
            let record = try await search(entry, workload, program) { step in
                console.working(progress.bar("\(entry.id): \(step)"))
            }
            return BenchRow(
                workload: entry.id, name: entry.name, record: record, mainBaseline: settings.baselines.first,
                elapsedSeconds: (time.now - began) / .seconds(1))
        } catch {
            return failure(.failed, "\(error)")
        }
    }

    /// One run of `optimize`, in a folder of its own; one that was killed goes on.
    private func search(
        _ entry: Suite.Entry, _ workload: Workload, _ program: TensorProgram, show: @escaping @Sendable (String) -> Void
    ) async throws -> RecordContents {
        let search = Search(
            laboratory: Laboratory(workload, program: program, at: station),
            settings: RunSettings(
                workload: entry.id, workloadHash: workload.contentHash, device: settings.device, size: settings.size,
                policy: settings.policy, turns: settings.turns, budgetSeconds: settings.budgetSeconds,
                lookahead: RunSettings.usualLookahead, seed: settings.seed, baseline: station.baselineNames,
                distribution: settings.distribution,
                deterministic: settings.deterministic,
                frozenParameters: settings.frozenParameters, unsandboxed: settings.unsandboxed,
                precision: settings.precision),
            start: nil, folder: try folder.run(of: entry), library: library, isWarmStarted: false,
            console: Console(isSilent: true),
            // Ctrl-C must not shorten a search that is part of a table.
            interruption: Interruption(), report: { event in if let step = event.step { show(step) } })
        return try await search.run(policy)
    }
}

extension RunEvent {
    /// What is under way, in two words; nil where nothing new begins.
    fileprivate var step: String? {
        switch self {
        case .asking(_, let index), .proposed(_, _, let index): "turn \(index)"
        case .certifying: "certifying"
        case .resumed, .turn, .outOfBudget, .stopped, .certified: nil
        }
    }
}

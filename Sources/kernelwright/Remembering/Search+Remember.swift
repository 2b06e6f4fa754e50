import Devices
import Evaluation
import Foundation
import KernelIR
import Library
import Policies
import Refinement
import Rendering

extension Search {
    /// What the library suggests for this workload; nothing without a library.
    func suggestions() throws(KernelwrightError) -> [Precedent] {
        guard isWarmStarted, let library, let known = try Library.existing(at: library) else { return [] }
        let question = laboratory.station.question(laboratory.workload)
        return try known.precedents(for: features, machine: question.machine, precision: question.precision)
    }

    /// Keeps the winner of a finished run. A library that cannot be written costs no run: it is said, and that is all.
    func remember(_ record: RecordContents, _ solution: Solution, turn: Turn, _ verdict: Verdict) {
        guard let library else { return }
        let certificate = laboratory.record(of: verdict, solution, named: settings.workload)
        do throws(KernelwrightError) {
            try Library(path: library).keep(
                LibraryRecord(
                    question: laboratory.station.question(laboratory.workload), workload: settings.workload,
                    size: settings.size, certificate: certificate, parameters: turn.proposal.parameters,
                    features: features, policy: settings.policy, turns: record.turns.count,
                    searchSeconds: record.elapsedSeconds, extent: extent(of: record), recorded: Date.now.ISO8601Format()
                ),
                certificate: certificate)
        } catch {
            console.say("note: not kept in the library: \(error)")
        }
    }

    private func extent(of record: RecordContents) -> SearchExtent {
        let isComplete = record.end?.reason == .exhausted || record.end?.reason == .converged
        return SearchExtent(
            turns: settings.turns * settings.trajectories, budgetSeconds: settings.budgetSeconds,
            isComplete: isComplete)
    }

    private var features: WorkloadFeatures {
        WorkloadFeatures(laboratory.workload, program: laboratory.program, target: laboratory.device.profile)
    }
}

import Evaluation
import Foundation
import KernelIR
import Workloads

/// Examines many workloads one after another and keeps the record.
struct AdmissionCampaign {
    let target: AdmissionTarget
    let settings: AdmissionSettings
    let file: AdmissionFile
    let installation: Installation
    let console: Console
    var time = MonotonicTime.system

    /// Reports of all workloads, in order; those that an earlier run finished are taken over, those whose operators the
    /// reference lacked and files that hold another workload now are tried again.
    func run() async throws(KernelwrightError) -> [AdmissionReport] {
        var finished: [String: AdmissionReport] = [:]
        for report in file.finished { finished[report.workload] = report }
        var kept: Set<String> = []
        for name in target.names {
            guard let report = finished[name], report.failure == nil else { continue }
            if report.contentHash == (try target.load(name)).contentHash { kept.insert(name) }
        }
        if !kept.isEmpty { console.say("\(kept.count) workloads are taken over from an earlier run") }
        let waiting = target.names.filter { !kept.contains($0) }
        let workers = baselineWorkers()
        var progress = Progress(total: waiting.count, began: time.now)
        for name in waiting {
            console.working(progress.line(at: time.now, doing: name))
            let report = try await examine(name, workers)
            try file.append(report)
            finished[name] = report
            progress.done += 1
            console.say("\(progress.count)  \(AdmissionLine(report: report).text)")
        }
        return target.names.compactMap { finished[$0] }
    }

    private func examine(
        _ name: String, _ workers: [BaselineWorker]
    ) async throws(KernelwrightError) -> AdmissionReport {
        let workload = try target.load(name)
        return try await AdmissionExamination(
            id: name, workload: workload, distributions: settings.distributions,
            baselines: workers.map { $0.source(of: workload) }, seed: Seed(settings.seed),
            cache: installation.expectedOutputs
        ).run()
    }

    private func baselineWorkers() -> [BaselineWorker] {
        settings.baselines.compactMap(BaselineRuntime.init(rawValue:)).map {
            BaselineWorker(
                $0, threads: ProcessInfo.processInfo.activeProcessorCount, in: installation.environment(of: $0))
        }
    }

    /// How far the run is.
    private struct Progress {
        let total: Int
        let began: Duration
        var done = 0

        var count: String { "\(done)/\(total)" }

        /// A bar, the count, and the time left at the pace so far.
        func line(at now: Duration, doing name: String) -> String {
            let spent = (now - began).seconds
            let left = done == 0 ? "" : "  \(Units.seconds(spent / Double(done) * Double(total - done))) left"
            return "\(ProgressBar(done: done, of: total))\(left)  \(name)"
        }
    }
}

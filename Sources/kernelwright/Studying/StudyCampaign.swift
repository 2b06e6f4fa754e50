import Devices
import Evaluation
import Foundation
import KernelIR
import Rendering
import Studies
import Synchronization
import Workers
import Workloads

/// Runs a study of the judge on a device and shows how far it is.
struct StudyCampaign {
    let settings: StudySettings
    let workloads: [StudyWorkload]
    let device: OpenCLDevice
    let installation: Installation
    let console: Console
    var time = MonotonicTime.system

    func run(into file: StudyFile) async throws {
        let provenance = Provenance(
            device: "\(device.id) \(device.name)", driver: device.driver, hostCPU: "any",
            versions: ["kernelwright": Version.current], commit: installation.commit, sandboxed: true)
        let configuration = WorkerConfiguration(
            device: device.id, executable: WorkerConfiguration.executableBesideThis())
        let limits = device.limits
        let study = JudgeStudy(
            settings, workloads: workloads, renderer: .openCL(device.profile), provenance: provenance,
            makeHost: { try WorkerHost(limits: limits, configuration: configuration) })
        let done = await file.outcomes.count
        if done > 0 { console.say("\(done) solutions are taken over from an earlier run") }
        let progress = Progress(done: done, total: settings.mutants + settings.correct, began: time.now)
        console.working("drawing inputs")
        try await study.run(into: file, lanes: device.profile.cores) { event in
            progress.note(event, console, at: time.now)
        }
    }
}

/// How far a study is.
private final class Progress: Sendable {
    private let first: Int
    private let total: Int
    private let began: Duration
    private let done: Mutex<Int>

    /// Solutions between two lines where nobody watches a terminal.
    private static let stride = 100

    init(done: Int, total: Int, began: Duration) {
        (first, self.total, self.began) = (done, total, began)
        self.done = Mutex(done)
    }

    func note(_ event: JudgeStudy.Event, _ console: Console, at now: Duration) {
        switch event {
        case .skipped(let workload, let reason): console.say("\(workload) takes no part: \(reason)")
        case .outcome(let outcome):
            let done = done.withLock { done in
                done += 1
                return done
            }
            let each = (now - began).seconds / Double(done - first)
            let left = Units.seconds(each * Double(max(0, total - done)))
            let line = "\(ProgressBar(done: done, of: total))  \(left) left"
            if outcome.isNotable {
                console.say("\(outcome.truth == nil ? "rejected" : "survived")  \(outcome.id)  \(outcome.place)")
            }
            if console.isTerminal {
                console.working(line + "  \(outcome.id)")
            } else if done % Self.stride == 0 {
                console.say(line)
            }
        }
    }
}

extension StudyOutcome {
    /// Whether the judge erred.
    fileprivate var isNotable: Bool { truth == nil ? isRejectedInTheEnd : truth == .faulty && !isRejectedInTheEnd }
}

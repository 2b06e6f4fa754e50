import Evaluation
import KernelIR
import Rendering
import Workers

/// Measures the judge: how many faults it finds, and how many correct solutions it rejects.
public struct JudgeStudy: Sendable {
    /// A step of the study.
    public enum Event: Sendable {
        case outcome(StudyOutcome)
        case skipped(workload: String, reason: String)
    }

    public let settings: StudySettings
    public let workloads: [StudyWorkload]
    private let renderer: Renderer
    private let provenance: Provenance
    private let makeHost: @Sendable () throws -> any CandidateHost

    /// - Parameters:
    ///   - renderer: writes the sources, for the profile of the device.
    ///   - makeHost: starts a host of sandboxed workers; each lane has its own.
    public init(
        _ settings: StudySettings, workloads: [StudyWorkload], renderer: Renderer, provenance: Provenance,
        makeHost: @escaping @Sendable () throws -> any CandidateHost
    ) {
        self.settings = settings
        self.workloads = workloads
        self.renderer = renderer
        self.provenance = provenance
        self.makeHost = makeHost
    }

    /// Judges everything that the record lacks; workloads are taken by as many lanes as asked for.
    public func run(into file: StudyFile, lanes: Int, report: @escaping @Sendable (Event) -> Void) async throws {
        let queue = WorkQueue(count: workloads.count)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<max(1, min(lanes, workloads.count)) {
                group.addTask {
                    let host = try makeHost()
                    while let index = await queue.next() {
                        try await study(index, host, file, report)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// How many of `total` subjects the workload at `index` gets.
    func share(of total: Int, at index: Int) -> Int {
        total * (index + 1) / workloads.count - total * index / workloads.count
    }

    private func study(
        _ index: Int, _ host: any CandidateHost, _ file: StudyFile, _ report: @Sendable (Event) -> Void
    ) async throws {
        let workload = workloads[index]
        let (mutants, correct) = (share(of: settings.mutants, at: index), share(of: settings.correct, at: index))
        let finished = await file.outcomes.filter { $0.id.workload == workload.id }
        guard finished.count < mutants + correct else { return }
        do {
            let study = try await WorkloadStudy(
                workload, host: host, renderer: renderer, provenance: provenance, seed: settings.seed)
            let subjects =
                study.sampler.draw(mutants, seed: settings.seed &+ UInt64(index))
                + (try await study.variants.draw(correct, seed: settings.seed))
            let known = Set(finished.map(\.id))
            for subject in subjects where !known.contains(subject.id) {
                try Task.checkCancellation()
                let outcome = try await study.outcome(of: subject)
                try await file.append(outcome)
                report(.outcome(outcome))
            }
        } catch let error as KernelwrightError where error.code == .badInput {
            try await file.append(StudyFile.Skip(workload: workload.id, reason: error.message))
            report(.skipped(workload: workload.id, reason: error.message))
        }
    }
}

/// Hands out numbers, each once.
private actor WorkQueue {
    private var waiting: Range<Int>

    init(count: Int) { waiting = 0..<count }

    func next() -> Int? { waiting.popFirst() }
}

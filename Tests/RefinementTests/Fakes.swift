import Evaluation
import Foundation
import KernelIR
import Policies
import Refinement
import Rendering
import Synchronization
import Workloads

/// Proposes a numbered source each turn; which one depends on seed, trajectory and history only.
struct CountingPolicy: Policy {
    let name = "counting"
    var limit = Int.max

    func propose(_ observation: Observation) async throws -> Proposal? {
        let turn = observation.history.count
        guard turn < limit else { return nil }
        let last = observation.history.last?.verdict.medianSeconds ?? 0
        return Proposal(
            .source(.sample("\(observation.seed)/\(observation.trajectory)/\(turn)/\(last)")),
            rationale: "turn \(turn)")
    }
}

/// Gives the n-th judged candidate the n-th answer, the last one for all that follow.
actor ScriptedJudge: Certifying {
    private let answers: [Verdict]
    private let certificates: [Verdict]
    private(set) var judged: [Solution] = []
    private(set) var certified: [Solution] = []
    private let onJudge: @Sendable (Int) -> Void

    init(
        _ answers: [Verdict], certificates: [Verdict] = [.correct(1)],
        onJudge: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.answers = answers
        self.certificates = certificates
        self.onJudge = onJudge
    }

    func judge(_ solution: Solution, effort: Effort) async throws -> Verdict {
        judged.append(solution)
        onJudge(judged.count)
        return answers[min(judged.count, answers.count) - 1]
    }

    func certify(_ solution: Solution) async throws -> Verdict {
        certified.append(solution)
        return certificates[min(certified.count, certificates.count) - 1]
    }
}

/// A clock that moves only when told.
final class ManualClock: Sendable {
    private let seconds = Mutex(0.0)
    var time: MonotonicTime { MonotonicTime { .seconds(self.seconds.withLock { $0 }) } }
    func advance(_ by: Double) { seconds.withLock { $0 += by } }
}

/// Collects what a run reports.
final class EventLog: Sendable {
    private let events = Mutex<[RunEvent]>([])
    var all: [RunEvent] { events.withLock { $0 } }
    func add(_ event: RunEvent) { events.withLock { $0.append(event) } }
}

extension Provenance {
    static let test = Provenance(device: "test:0", driver: "none", hostCPU: "none", sandboxed: true)
}

extension Verdict {
    /// A correct verdict with a median of so many seconds.
    static func correct(_ seconds: Double) -> Verdict {
        Verdict(
            status: .correct, timing: Timing(samples: [seconds], callsPerBatch: 1, seed: 1), provenance: .test)
    }

    /// A correct verdict with paired times of the candidate and a baseline.
    static func correct(candidate: [Double], baseline: [Double]) -> Verdict {
        let timing = Timing(
            samples: candidate, callsPerBatch: 1, baseline: "test", baselineSamples: baseline, seed: 1)
        return Verdict(status: .correct, timing: timing, provenance: .test)
    }

    static let wrong = Verdict(status: .wrongValues, message: "element 0 is 1, expected 2", provenance: .test)
}

extension Solution {
    static func sample(_ content: String) -> Solution {
        Solution(
            name: "sample", workload: "hash", target: .init(language: .opencl, profile: "cpu-avx512"),
            sources: [.init(path: "kernel.cl", content: content)],
            launches: [.init(kernel: "k", grid: [1], block: [1], arguments: [.output("y")])], author: "test")
    }
}

/// A run over a two-element negation, with every collaborator replaceable.
struct TestRun {
    let folder: URL
    var settings = RunSettings(
        workload: "negate.json", workloadHash: "hash", device: "test:0", policy: "counting", turns: 4,
        budgetSeconds: 60, seed: 7, convergence: Convergence(patience: 100))
    var policy: any Policy = CountingPolicy()
    var time = ManualClock().time
    var interruption = Interruption()
    var timeLeft: @Sendable () -> Double = { .infinity }
    /// The record that is to be repeated.
    var replaying: RecordContents?
    let events = EventLog()

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("refinement-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    var path: String { folder.appendingPathComponent("trajectory.jsonl").path }
    var header: RecordHeader { RecordHeader(settings: settings) }

    static let program = TensorProgram(
        name: "negate",
        buffers: [Buffer("x", shape: [2], role: .input), Buffer("y", shape: [2], role: .output)],
        stages: [
            .map(
                "negate", [Axis("i", 2)], [.unary(.negate, .load(Load("x", [.axis("i")])))], into: ["y"])
        ])

    var observation: Observation {
        let x = TensorSpec(name: "x", dtype: .float32, shape: [2])
        let node = Node(name: "y", op: "aten.neg.default", arguments: [.value("x")], outputs: [x.type])
        return Observation(
            workload: Workload(name: "negate", inputs: [x], nodes: [node], outputs: ["y"]), program: Self.program,
            target: .genericAVX512)
    }

    func run(_ judge: any Certifying) async throws -> RecordContents {
        let builder = CandidateBuilder(
            program: Self.program, workloadHash: "hash", author: policy.name, renderer: .openCL(.genericAVX512))
        let events = events
        let loop = RefinementLoop(
            policy: policy, builder: builder, judge: judge, settings: settings, provenance: .test, time: time,
            interruption: interruption, timeLeft: timeLeft, replaying: replaying, report: { events.add($0) })
        return try await loop.run(
            observation, into: try TrajectoryFile(path: path, header: header), inputSeed: Seed(5))
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}

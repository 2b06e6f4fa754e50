import Evaluation
import Foundation
import KernelIR
import Policies
import Refinement
import Rendering
import Synchronization
import Testing

@testable import kernelwright

@Suite struct ProcessAgeTests {
    @Test func readsTheKernelsFigures() {
        let fields = (3...52).map { $0 == 22 ? "12300" : "0" }.joined(separator: " ")
        let stat = "77 (a ) b) \(fields)\n"
        #expect(abs(ProcessAge.seconds(stat: stat, uptime: "125.5 80.1\n", ticksPerSecond: 100) - 2.51) < 1e-9)
        // A start after now is nonsense.
        #expect(ProcessAge.seconds(stat: stat, uptime: "3 1", ticksPerSecond: 100) == 0)
        #expect(ProcessAge.seconds(stat: "", uptime: "3 1", ticksPerSecond: 100) == 0)
        #expect(ProcessAge.seconds(stat: stat, uptime: "", ticksPerSecond: 100) == 0)
        #expect(ProcessAge.seconds() > 0)
    }
}

/// A clock that moves only when told.
private final class ManualClock: Sendable {
    private let seconds = Mutex(0.0)
    var time: MonotonicTime { MonotonicTime { .seconds(self.seconds.withLock { $0 }) } }
    func advance(_ by: Double) { seconds.withLock { $0 += by } }
}

@Suite struct DeadlineTests {
    @Test func countsFromTheProcessesStart() {
        let clock = ManualClock()
        clock.advance(100)
        let deadline = Deadline(seconds: 2, age: 0.5, time: clock.time)
        #expect(deadline.left == .seconds(1.5))
        clock.advance(2)
        #expect(deadline.left == .seconds(-0.5))
    }

    @Test func turnsHaveHalfOfWhatIsLeftWhenTheyBegin() {
        let clock = ManualClock()
        let deadline = Deadline(seconds: 4, age: 0, time: clock.time)
        clock.advance(1)
        let end = deadline.halfway
        #expect(end.left == .seconds(1.5))
        clock.advance(2)
        #expect(end.left == .seconds(-0.5))
        #expect(deadline.left == .seconds(1))
    }

    @Test func oneAnswersAndOnlyOne() {
        let watch = DeadlineWatch(Deadline(seconds: 1, age: 0, time: ManualClock().time))
        #expect(watch.claim())
        #expect(!watch.claim())
    }

    /// The watch ends a run when nothing but the reserve is left.
    @Test func endsWhenOnlyTheReserveIsLeft() async {
        let clock = ManualClock()
        let watch = DeadlineWatch(Deadline(seconds: 2, age: 0, time: clock.time))
        clock.advance(1)
        await withCheckedContinuation { continuation in
            watch.start(reserve: { .seconds(1) }) { continuation.resume() }
        }
        #expect(!watch.claim())
    }
}

@Suite struct AnswerSheetTests {
    private let clock = ManualClock()
    private let settings = RunSettings(
        workload: "w.json", workloadHash: "", device: "test:0", policy: "greedy", turns: 4, budgetSeconds: 1)
    private let folder = URL(fileURLWithPath: "/nowhere")

    private func page(_ answer: BestSoFar.Answer) -> AnswerSheet.Page {
        let solution = Solution(
            name: "w", workload: "", target: .init(language: .opencl, profile: "any"), sources: [], launches: [],
            author: "greedy")
        return AnswerSheet.Page(
            summary: OptimizeSummary(answer, of: settings, folder: folder), solution: solution,
            files: [.init(url: folder.appendingPathComponent("solution.json"), data: Data())])
    }

    private func turn(_ index: Int, _ seconds: Double?) -> RunEvent {
        let provenance = Provenance(device: "test:0", driver: "none", hostCPU: "none", sandboxed: true)
        let timing = seconds.map { Timing(samples: [$0], callsPerBatch: 1, seed: 1) }
        let verdict = Verdict(status: timing == nil ? .wrongValues : .correct, timing: timing, provenance: provenance)
        return .turn(
            Turn(
                trajectory: 0, index: index, proposal: Proposal(.schedule([]), rationale: ""), verdict: verdict))
    }

    @Test func holdsTheBestAndWritesOnlyWhatIsBetter() throws {
        let sheet = AnswerSheet(time: clock.time)
        #expect(sheet.summary == nil)
        var written = 0
        func update(_ change: (inout BestSoFar) -> Void) throws {
            try sheet.update(change, page: page) { _ in written += 1 }
        }
        let first = page(.unjudged(Proposal(.schedule([]), rationale: ""))).solution
        try update { $0.offer(Proposal(.source(first), rationale: "")) }
        #expect(sheet.summary?.status == "unjudged")
        #expect(sheet.summary?.text.contains("unjudged, the macros' own first choice") == true)
        try update { $0.note(turn(0, nil)) }
        #expect(written == 1)
        #expect(sheet.summary?.turns == 1)
        try update { $0.note(turn(1, 0.002)) }
        try update { $0.note(turn(2, 0.003)) }
        #expect(written == 2)
        let summary = try #require(sheet.summary)
        #expect(summary.status == "uncertified" && summary.turns == 3 && summary.stopped == "deadline")
        #expect(summary.text.hasPrefix("w.json on test:0: uncertified, 2.00 ms\n3 turns until the deadline"))
    }

    /// A search that ends early without a winner is answered with what is not known to be wrong.
    @Test func standsInForARunWithoutAWinner() throws {
        let sheet = AnswerSheet(time: clock.time)
        var record = RecordContents(
            header: RecordHeader(settings: settings),
            end: RecordEnd(reason: .exhausted, certificates: [], inputSeed: nil))
        #expect(sheet.standIn(for: record) == nil)
        let first = page(.unjudged(Proposal(.schedule([]), rationale: ""))).solution
        try sheet.update({ $0.offer(Proposal(.source(first), rationale: "")) }, page: page) { _ in }
        #expect(sheet.standIn(for: record)?.status == "unjudged")
        try sheet.update({ $0.note(turn(0, 0.002)) }, page: page) { _ in }
        let summary = try #require(sheet.standIn(for: record))
        #expect(summary.status == "uncertified" && summary.stopped == "exhausted")
        #expect(summary.text == "w.json on test:0: uncertified, 2.00 ms\n1 turns; solution in /nowhere")
        guard case .turn(let judged) = turn(0, 0.002) else { return #expect(Bool(false)) }
        record.turns = [RecordedTurn(turn: judged, solution: nil, elapsedSeconds: 1)]
        record.end?.certificates = [Certificate(trajectory: 0, index: 0, verdict: judged.verdict)]
        #expect(sheet.standIn(for: record) == nil)
    }

    @Test func theReserveFollowsTheSlowestWriting() throws {
        let sheet = AnswerSheet(time: clock.time)
        let least = sheet.reserve
        #expect(least > .zero)
        try sheet.update({ $0.note(turn(0, 2)) }, page: page) { _ in clock.advance(0.25) }
        #expect(sheet.reserve == least + .seconds(0.5))
        try sheet.update({ $0.note(turn(1, 1)) }, page: page) { _ in clock.advance(0.125) }
        #expect(sheet.reserve == least + .seconds(0.5))
    }

    @Test func aPageThatCannotBeWrittenLeavesTheOneBefore() throws {
        struct Full: Error {}
        let sheet = AnswerSheet(time: clock.time)
        try sheet.update({ $0.note(turn(0, 0.002)) }, page: page) { _ in }
        #expect(throws: Full.self) { try sheet.update({ $0.note(turn(1, 0.001)) }, page: page) { _ in throw Full() } }
        #expect(sheet.summary?.medianSeconds == 0.002)
    }
}

@Suite struct RunFolderTests {
    private static let settings = RunSettings(
        workload: "w.json", workloadHash: "", device: "test:0", policy: "greedy", turns: 4, budgetSeconds: 1)

    /// Who asks first writes nothing over another run's files.
    @Test func anotherRunsFolderIsRefusedAsItIs() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("folder-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        let folder = try RunFolder(named: url.path, workload: "w.json")
        #expect(try folder.record(of: Self.settings) == nil)
        _ = try TrajectoryFile(path: folder.trajectory.path, header: RecordHeader(settings: Self.settings))
        #expect(try folder.record(of: Self.settings)?.turns.isEmpty == true)
        var others = Self.settings
        others.budgetSeconds = 2
        let error = #expect(throws: KernelwrightError.self) { try folder.record(of: others) }
        #expect(error?.code == .badInput)
        #expect(error?.message.contains("its budgetSeconds is 1.0, asked for 2.0") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: url.path) == ["trajectory.jsonl"])
    }
}

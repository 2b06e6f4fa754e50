import Foundation
import KernelIR
import Studies
import Synchronization
import Testing

@testable import Evaluation

@Suite("Equal against equal") struct EqualityStudyTests {
    private let sessions = JudgingSessionTests()

    private func outcomes(
        of name: String, runs: Int, unless isKnown: (String, Int) -> Bool = { _, _ in false }
    ) async throws -> [EqualityOutcome] {
        let wrong = Behaviour { _, _ in .success(.milliseconds(1)) }
        let setting = sessions.setting(["it": .relu(milliseconds: 2), "wrong": wrong])
        let subject = EqualityStudy.Subject(workload: "w", solution: sessions.solution(name), setting: setting)
        var outcomes: [EqualityOutcome] = []
        try await EqualityStudy([subject], runs: runs).run(unless: isKnown) { outcomes.append($0) }
        return outcomes
    }

    @Test("a solution that takes as long as itself is no difference")
    func equals() async throws {
        let found = try await outcomes(of: "it", runs: 3)
        #expect(found.map(\.run) == [1, 2, 3])
        #expect(found.allSatisfy { $0.status == .correct && $0.ratio?.ratio == 1 && !$0.isDifferent })
    }

    @Test("a solution that fails is told, and has no ratio")
    func faults() async throws {
        let found = try await outcomes(of: "wrong", runs: 1)
        #expect(found.count == 1 && found[0].ratio == nil && found[0].status != .correct && found[0].message != nil)
    }

    @Test("runs that are known are left out")
    func resumes() async throws {
        #expect(try await outcomes(of: "it", runs: 3, unless: { $1 < 3 }).map(\.run) == [3])
    }

    @Test("the summary counts differences among the runs that have a ratio")
    func summary() {
        func outcome(_ run: Int, _ ratio: Double?) -> EqualityOutcome {
            EqualityOutcome(
                workload: "w", run: run, status: ratio == nil ? .cheated : .correct,
                ratio: ratio.map { RatioInterval(ratio: $0, low: $0 - 0.01, high: $0 + 0.01) }, seconds: 1e-6)
        }
        let summary = EqualitySummary([outcome(1, 1), outcome(2, 1.1), outcome(3, nil), outcome(4, 0.9)], busy: true)
        #expect(summary.all.different == Rate(2, of: 3))
        #expect(summary.all.faults == 1 && summary.all.least == 0.9 && summary.all.largest == 1.1)
        #expect(summary.exceptions.count == 3)
        #expect(summary.markdown.contains("kept one core busy"))
    }

    private typealias Record = StudyRecord<EqualitySettings, EqualityOutcome>

    @Test("a record goes on where it was, and belongs to one experiment")
    func record() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("equal-\(UUID()).jsonl").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let settings = EqualitySettings(workloads: ["w"], size: "tiny", busy: false)
        let outcome = EqualityOutcome(workload: "w", run: 1, status: .correct)
        try await Record(path: path, settings).append(outcome)
        #expect(try await Record(path: path, settings).outcomes == [outcome])
        var others = settings
        others.busy = true
        #expect(throws: KernelwrightError.self) { try Record(path: path, others) }
    }
}

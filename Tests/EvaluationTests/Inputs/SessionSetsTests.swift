import Testing
import Workers
import Workloads

@testable import Evaluation

@Suite("Session sets") struct SessionSetsTests {
    private let sessions = JudgingSessionTests()

    @Test(
        "sets above the bound and the held-out one make room for each other and come back the same; others stay",
        arguments: [(7999, true), (8000, false)])
    func makeRoom(togetherBytes: Int, isLarge: Bool) async throws {
        // Each has 8000 bytes.
        let sets = SessionSets(FakeInputs(seed: Seed(1)), togetherBytes: togetherBytes, time: .system)
        let values = try await sets.forTurns().map { $0.expected[0].values }
        let timed = WatchedBuffers(buffers: try await sets.forTurns()[1].buffers)
        #expect(timed.buffers != nil)
        let heldOut = WatchedBuffers(buffers: try await sets.forCertification().buffers)
        #expect(heldOut.buffers != nil)
        #expect((timed.buffers == nil) == isLarge)
        let again = try await sets.forTurns()
        #expect((heldOut.buffers == nil) == isLarge)
        #expect(again.map(\.name) == ["checking", "timed"])
        #expect(again.map { $0.expected[0].values } == values)
    }

    @Test("verdicts are the same whether sets make room or not, and late baselines face the inputs of turns")
    func sameVerdicts() async throws {
        let kept = try await verdicts(togetherBytes: .max)
        let inTurn = try await verdicts(togetherBytes: 0)
        #expect(inTurn == kept)
        #expect(inTurn.map(\.isCorrect) == [true, true, true])
        #expect(inTurn.map(\.speedup?.ratio) == [2.5, 2.5, 2.5])
        let late = try #require(inTurn[1].timing?.others.first)
        #expect(late.speedup?.ratio == 4)
        #expect(late.fault == nil)
    }

    /// A turn, a certification and another turn, with a baseline that starts with the session and one that starts late.
    private func verdicts(togetherBytes: Int) async throws -> [Verdict] {
        var setting = sessions.setting(["it": .relu(milliseconds: 2)])
        setting.togetherBytes = togetherBytes
        let baselines = [("first", 5), ("late", 8)].map { name, milliseconds in
            BaselineSource(name: name) { buffers in FakeCandidate(.relu(milliseconds: milliseconds), buffers) }
        }
        let session = try await JudgingSession(setting, baselines: baselines)
        let solution = sessions.solution("it")
        return [
            try await session.judge(solution, effort: .quick), try await session.certify(solution),
            try await session.judge(solution, effort: .quick),
        ]
    }
}

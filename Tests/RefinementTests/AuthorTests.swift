import Evaluation
import Foundation
import Policies
import Refinement
import Rendering
import Testing

/// Authors that answer nonsense, run out of budget, or wait for a network.
@Suite struct AuthorTests {
    /// Does the n-th of several things at the n-th turn.
    private struct ScriptedPolicy: Policy {
        let name = "scripted"
        let acts: [@Sendable () async throws -> Proposal?]

        func propose(_ observation: Observation) async throws -> Proposal? {
            try await acts[observation.history.count]()
        }
    }

    private static let sample = Proposal(.source(.sample("k")), rationale: "a kernel")

    @Test func anInvalidAnswerIsATurnThatFailed() async throws {
        var test = try TestRun()
        defer { test.remove() }
        test.settings.turns = 2
        test.policy = ScriptedPolicy(acts: [
            { Proposal(.invalid("no code block"), rationale: "an answer") }, { Self.sample },
        ])
        let judge = ScriptedJudge([.correct(1)])
        let record = try await test.run(judge)
        #expect(record.turns.map(\.turn.verdict.status) == [.invalidPlan, .correct])
        #expect(record.turns[0].turn.verdict.message == "no code block")
        #expect(record.turns[0].solution == nil)
        #expect(await judge.judged.count == 1)
    }

    @Test func aSpentBudgetEndsTheRunWithTheBestSoFar() async throws {
        var test = try TestRun()
        defer { test.remove() }
        test.policy = ScriptedPolicy(acts: [{ Self.sample }, { throw OutOfBudget("100 of 100 tokens are spent") }])
        let record = try await test.run(ScriptedJudge([.correct(1)]))
        #expect(record.end?.reason == .budget)
        #expect(record.winner?.index == 0)
        let reasons = test.events.all.compactMap { event -> String? in
            if case .outOfBudget(let message) = event { return message }
            return nil
        }
        #expect(reasons == ["100 of 100 tokens are spent"])
    }

    @Test func anAuthorThatTakesLongerThanThereIsIsGivenUp() async throws {
        var test = try TestRun()
        defer { test.remove() }
        test.timeLeft = { 0.001 }
        test.policy = ScriptedPolicy(acts: [
            { Self.sample },
            {
                // Without cancellation this would not end.
                try await Task.sleep(for: .seconds(100_000))
                return nil
            },
        ])
        let record = try await test.run(ScriptedJudge([.correct(1)]))
        #expect(record.end?.reason == .budget)
        #expect(record.winner?.index == 0)
        #expect(!test.interruption.isRequested)
    }

    @Test func theFirstTurnIsTakenHoweverLateItIs() async throws {
        var test = try TestRun()
        defer { test.remove() }
        test.timeLeft = { -1 }
        let record = try await test.run(ScriptedJudge([.correct(1)]))
        #expect(record.turns.count == 1)
        #expect(record.end?.reason == .budget)
        #expect(record.winner?.index == 0)
    }

    @Test func anInterruptionCancelsAnAuthorThatWaits() async throws {
        var test = try TestRun()
        defer { test.remove() }
        let interruption = test.interruption
        test.policy = ScriptedPolicy(acts: [
            { Self.sample },
            {
                interruption.request()
                // Without cancellation this would not end.
                try await Task.sleep(for: .seconds(100_000))
                return nil
            },
        ])
        let record = try await test.run(ScriptedJudge([.correct(1)]))
        #expect(record.end?.reason == .interrupted)
        #expect(record.winner?.index == 0)
    }

    @Test func anyOtherErrorEndsTheSessionNotTheRun() async throws {
        struct Unreachable: Error {}
        var test = try TestRun()
        defer { test.remove() }
        test.policy = ScriptedPolicy(acts: [{ Self.sample }, { throw Unreachable() }])
        let path = test.path
        await #expect(throws: Unreachable.self) { try await test.run(ScriptedJudge([.correct(1)])) }
        test.policy = ScriptedPolicy(acts: [{ nil }, { nil }])
        let judge = ScriptedJudge([.wrong])
        let record = try await test.run(judge)
        #expect(record.turns.count == 1, "\(path) keeps the turn that was finished")
        #expect(record.end?.reason == .exhausted)
        #expect(await judge.judged.isEmpty)
    }

    @Test func theLastLineHoldsTheReturns() async throws {
        var test = try TestRun()
        defer { test.remove() }
        test.settings.trajectories = 2
        test.settings.turns = 2
        let fast = Verdict.correct(candidate: [1, 1], baseline: [2, 2])
        let record = try await test.run(ScriptedJudge([.wrong, fast, fast, .wrong]))
        let returns = try #require(record.end?.returns)
        #expect(returns == [[0.4 * 2.3, 2.3], [2.3, 0]])
        let data = try Data(contentsOf: URL(fileURLWithPath: test.path))
        #expect(try RecordContents(data, place: "record")?.end?.returns == returns)
    }
}

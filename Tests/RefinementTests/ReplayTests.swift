import Evaluation
import Foundation
import KernelIR
import Policies
import Refinement
import Testing

/// Runs that repeat from their records, byte for byte: times, costs and reasons included.
@Suite struct ReplayTests {
    /// Takes its time, and answers once with what is no kernel.
    private struct SlowPolicy: Policy {
        let name = "slow"
        let clock: ManualClock
        var limit = Int.max
        /// The turn at which its own budget is spent.
        var spentAt = Int.max

        func propose(_ observation: Observation) async throws -> Proposal? {
            clock.advance(0.25)
            let turn = observation.history.count
            if turn >= spentAt { throw OutOfBudget("all tokens are spent") }
            if turn == 1 { return Proposal(.invalid("no code block"), rationale: "an answer") }
            return try await CountingPolicy(limit: limit).propose(observation)
        }
    }

    private let clock = ManualClock()

    private func test(limit: Int = .max, spentAt: Int = .max) throws -> TestRun {
        var test = try TestRun()
        test.time = clock.time
        test.policy = SlowPolicy(clock: clock, limit: limit, spentAt: spentAt)
        return test
    }

    private func judge(onJudge: @escaping @Sendable (Int) -> Void = { _ in }) -> ScriptedJudge {
        ScriptedJudge(
            [.correct(3), .wrong, .correct(2)],
            onJudge: { [clock] number in
                clock.advance(1)
                onJudge(number)
            })
    }

    /// Repeats what the file of a run holds, on a clock that stands still.
    private func repeated(_ test: TestRun) async throws -> (recorded: Data, replayed: Data) {
        let recorded = try Data(contentsOf: URL(fileURLWithPath: test.path))
        let record = try #require(try RecordContents(recorded, place: test.path))
        var again = try TestRun()
        defer { again.remove() }
        again.settings = test.settings
        // Without its budget, which only the record can tell of.
        again.policy = SlowPolicy(clock: ManualClock(), limit: (test.policy as? SlowPolicy)?.limit ?? .max)
        again.replaying = record
        _ = try await again.run(ReplayingJudge(record))
        return (recorded, try Data(contentsOf: URL(fileURLWithPath: again.path)))
    }

    @Test func aFinishedRun() async throws {
        let test = try test()
        defer { test.remove() }
        let record = try await test.run(judge())
        #expect(record.end?.reason == .turns)
        #expect(record.turns.map(\.elapsedSeconds) == [1.25, 1.5, 2.75, 4])
        #expect(record.turns.map(\.turn.verdict.costs.proposalSeconds) == [0.25, 0.25, 0.25, 0.25])
        let (recorded, replayed) = try await repeated(test)
        #expect(replayed == recorded)
    }

    @Test func aRunThatEndedForWantOfTime() async throws {
        var test = try test()
        defer { test.remove() }
        test.settings.budgetSeconds = 2
        #expect(try await test.run(judge()).end?.reason == .budget)
        let (recorded, replayed) = try await repeated(test)
        #expect(replayed == recorded)
    }

    @Test func aRunWhoseAuthorSpentItsBudget() async throws {
        let test = try test(spentAt: 3)
        defer { test.remove() }
        let record = try await test.run(judge())
        #expect(record.end?.reason == .budget && record.turns.count == 3)
        let (recorded, replayed) = try await repeated(test)
        #expect(replayed == recorded)
    }

    @Test func aRunThatWasInterrupted() async throws {
        let test = try test()
        defer { test.remove() }
        let interruption = test.interruption
        let record = try await test.run(judge { if $0 == 2 { interruption.request() } })
        #expect(record.end?.reason == .interrupted)
        let (recorded, replayed) = try await repeated(test)
        #expect(replayed == recorded)
    }

    @Test func aRunWhoseAuthorHadNothingLeft() async throws {
        let test = try test(limit: 3)
        defer { test.remove() }
        #expect(try await test.run(judge()).end?.reason == .exhausted)
        let (recorded, replayed) = try await repeated(test)
        #expect(replayed == recorded)
    }

    @Test func aRunThatIsNotFinished() async throws {
        let test = try test()
        defer { test.remove() }
        _ = try await test.run(judge())
        let lines = try String(contentsOfFile: test.path, encoding: .utf8).split(separator: "\n")
        for kept in 0...4 {
            let beginning = lines.prefix(1 + kept).joined(separator: "\n") + "\n"
            try beginning.write(toFile: test.path, atomically: true, encoding: .utf8)
            let (recorded, replayed) = try await repeated(test)
            #expect(replayed == recorded, "after \(kept) turns")
        }
    }

    @Test func aRunThatShouldHaveEndedIsNoticed() async throws {
        let original = try test()
        var again = try test()
        defer {
            original.remove()
            again.remove()
        }
        var record = try await original.run(judge())
        record.turns.removeLast()
        again.replaying = record
        let replayed = ReplayingJudge(record)
        let error = await #expect(throws: KernelwrightError.self) { try await again.run(replayed) }
        #expect(error?.message == "the record ends after 3 turns, the replay does not")
    }
}

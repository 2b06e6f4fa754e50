import Evaluation
import Foundation
import Policies
import Refinement
import Rendering
import Testing

/// Candidates that are proposed and compiled together.
@Suite struct LookaheadTests {
    /// Proposes sources that name the turns it has seen and their place in the batch.
    private struct BatchPolicy: Policy {
        let name = "batch"
        var limit = Int.max

        func propose(_ observation: Observation) async throws -> Proposal? {
            try await propose(observation, atMost: 1).first
        }

        func propose(_ observation: Observation, atMost count: Int) async throws -> [Proposal] {
            let seen = observation.history.count
            let times = observation.history.map { "\($0.verdict.medianSeconds ?? 0)" }.joined(separator: ",")
            return (0..<min(count, limit - seen)).map {
                Proposal(.source(.sample("seen \(times), place \($0)")), rationale: "turn \(seen + $0)")
            }
        }
    }

    private func sources(_ record: RecordContents) -> [String] {
        record.turns.map { turn in
            guard case .source(let solution) = turn.turn.proposal.content else { return "" }
            return solution.sources[0].content
        }
    }

    private static let answers: [Verdict] = [.correct(3), .correct(2), .wrong, .correct(1), .correct(4)]

    private func test() throws -> TestRun {
        var test = try TestRun()
        test.policy = BatchPolicy()
        test.settings.lookahead = 2
        test.settings.turns = 5
        return test
    }

    @Test func theSecondOfABatchHasNotSeenTheFirst() async throws {
        let test = try test()
        defer { test.remove() }
        let record = try await test.run(ScriptedJudge(Self.answers))
        #expect(
            sources(record) == [
                "seen , place 0", "seen , place 1", "seen 3.0,2.0, place 0", "seen 3.0,2.0, place 1",
                "seen 3.0,2.0,0.0,1.0, place 0",
            ])
        #expect(record.turns.map(\.unseen) == [nil, 1, nil, 1, nil])
    }

    @Test func aBatchThatWasInterruptedGoesOnAsItWas() async throws {
        let test = try test()
        defer { test.remove() }
        let whole = try await test.run(ScriptedJudge(Self.answers))
        #expect(whole.turns.count == 5)
        let lines = try String(contentsOfFile: test.path, encoding: .utf8).split(separator: "\n")
        for kept in 1...5 {
            let beginning = lines.prefix(1 + kept).joined(separator: "\n") + "\n"
            try beginning.write(toFile: test.path, atomically: true, encoding: .utf8)
            let resumed = try await test.run(ScriptedJudge(Array(Self.answers.dropFirst(kept)) + [.correct(9)]))
            #expect(sources(resumed) == sources(whole), "after \(kept) turns")
            #expect(resumed.turns.map(\.unseen) == whole.turns.map(\.unseen))
        }
    }

    @Test func aRecordReplays() async throws {
        let test = try test()
        defer { test.remove() }
        let whole = try await test.run(ScriptedJudge(Self.answers))
        try FileManager.default.removeItem(atPath: test.path)
        let replayed = try await test.run(ReplayingJudge(whole))
        #expect(sources(replayed) == sources(whole))
    }

    @Test func aShortBatchIsTheLast() async throws {
        var test = try test()
        defer { test.remove() }
        test.policy = BatchPolicy(limit: 3)
        let record = try await test.run(ScriptedJudge(Self.answers))
        #expect(record.turns.count == 3)
        #expect(record.end?.reason == .exhausted)
    }
}

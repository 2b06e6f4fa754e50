import Evaluation
import Foundation
import Policies
import Refinement
import Rendering
import Testing

@Suite struct SearchShapeTests {
    @Test(
        arguments: [
            ("16x4", 16, 4, nil), ("1x64", 1, 64, nil), ("16x4/4", 16, 4, 4), ("2x3/2", 2, 3, 2),
        ] as [(String, Int, Int, Int?)])
    func readsShapes(text: String, trajectories: Int, turns: Int, beam: Int?) throws {
        let shape = try #require(SearchShape(text))
        #expect(shape == SearchShape(trajectories: trajectories, turns: turns, beam: beam))
        #expect(shape.candidates == trajectories * turns)
        #expect(shape.description == text)
    }

    @Test(arguments: [
        "", "16", "x4", "16x", "0x4", "4x0", "-1x4", "2x2x2", "4x4/0", "4x4/5", "4x4/", "4x4/2/2", "1001x1000",
    ])
    func refusesWhatIsNone(text: String) {
        #expect(SearchShape(text) == nil)
    }
}

/// Trajectories that go on from the best of all.
@Suite struct BeamRunTests {
    /// Proposes a source that names the sources it has seen.
    private struct HistoryPolicy: Policy {
        let name = "history"

        func propose(_ observation: Observation) async throws -> Proposal? {
            let seen = observation.history.map(\.proposal.rationale).joined(separator: ",")
            let own = "\(observation.trajectory).\(observation.history.count)"
            return Proposal(.source(.sample("\(own) after \(seen)")), rationale: own)
        }
    }

    private func sources(_ record: RecordContents) -> [String] {
        record.turns.map { turn in
            guard case .source(let solution) = turn.turn.proposal.content else { return "" }
            return solution.sources[0].content
        }
    }

    private func test() throws -> TestRun {
        var test = try TestRun()
        test.policy = HistoryPolicy()
        test.settings.trajectories = 4
        test.settings.turns = 3
        test.settings.beam = 2
        test.settings.lookahead = 2
        return test
    }

    /// After the first turns 3 and 1 are kept, after the second turns 0 (which followed 3) and 2 (which followed 1).
    private static let answers: [Verdict] = [
        .wrong, .correct(2), .correct(4), .correct(1),
        .correct(0.5), .wrong, .correct(0.75), .wrong,
        .wrong,
    ]

    @Test func allGoOnFromTheKept() async throws {
        let test = try test()
        defer { test.remove() }
        let record = try await test.run(ScriptedJudge(Self.answers))
        #expect(
            sources(record) == [
                "0.0 after ", "1.0 after ", "2.0 after ", "3.0 after ",
                "0.1 after 3.0", "1.1 after 3.0", "2.1 after 1.0", "3.1 after 1.0",
                "0.2 after 3.0,0.1", "1.2 after 3.0,0.1", "2.2 after 1.0,2.1", "3.2 after 1.0,2.1",
            ])
        #expect(record.end?.returns == nil)
    }

    /// Proposes a source that tells how many trajectories before it go on from the same turns.
    private struct TwinPolicy: Policy {
        let name = "twins"

        func propose(_ observation: Observation) async throws -> Proposal? {
            let own = "\(observation.trajectory).\(observation.history.count)"
            return Proposal(.source(.sample(own)), rationale: "\(observation.twins)")
        }
    }

    private func twins(_ record: RecordContents) -> [String] { record.turns.map(\.turn.proposal.rationale) }

    @Test func eachKnowsHowManyGoOnFromTheSameTurns() async throws {
        var test = try test()
        defer { test.remove() }
        test.policy = TwinPolicy()
        let whole = try await test.run(ScriptedJudge(Self.answers))
        #expect(twins(whole) == ["0", "0", "0", "0", "0", "1", "0", "1", "0", "1", "0", "1"])
        let lines = try String(contentsOfFile: test.path, encoding: .utf8).split(separator: "\n")
        for kept in [1, 5, 6, 11] {
            let beginning = lines.prefix(1 + kept).joined(separator: "\n") + "\n"
            try beginning.write(toFile: test.path, atomically: true, encoding: .utf8)
            let resumed = try await test.run(ScriptedJudge(Array(Self.answers.dropFirst(min(kept, 8)))))
            #expect(twins(resumed) == twins(whole), "after \(kept) turns")
        }
    }

    @Test func withoutABeamNobodyHasATwin() async throws {
        var test = try test()
        defer { test.remove() }
        test.policy = TwinPolicy()
        test.settings.beam = nil
        let record = try await test.run(ScriptedJudge(Self.answers))
        #expect(Set(twins(record)) == ["0"])
    }

    @Test func anInterruptedBeamGoesOnAsItWas() async throws {
        let test = try test()
        defer { test.remove() }
        let whole = try await test.run(ScriptedJudge(Self.answers))
        let lines = try String(contentsOfFile: test.path, encoding: .utf8).split(separator: "\n")
        for kept in 1...11 {
            let beginning = lines.prefix(1 + kept).joined(separator: "\n") + "\n"
            try beginning.write(toFile: test.path, atomically: true, encoding: .utf8)
            let resumed = try await test.run(ScriptedJudge(Array(Self.answers.dropFirst(min(kept, 8)))))
            #expect(sources(resumed) == sources(whole), "after \(kept) turns")
        }
    }
}

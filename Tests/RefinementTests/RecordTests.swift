import Evaluation
import Foundation
import KernelIR
import Policies
import Refinement
import Testing

@Suite struct RecordTests {
    private static let answers: [Verdict] = [.correct(3), .wrong, .correct(2), .correct(1)]

    @Test func everyTurnIsOnDiskBeforeTheNextBegins() async throws {
        let test = try TestRun()
        defer { test.remove() }
        let path = test.path
        let judge = ScriptedJudge(
            Self.answers,
            onJudge: { number in
                let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n").count
                #expect(lines == number)  // the header and all earlier turns
            })
        _ = try await test.run(judge)
    }

    @Test func truncationAtAnyByteLosesNoFinishedTurn() async throws {
        let test = try TestRun()
        defer { test.remove() }
        _ = try await test.run(ScriptedJudge(Self.answers))
        let data = try Data(contentsOf: URL(fileURLWithPath: test.path))
        let whole = try #require(try RecordContents(data, place: "whole"))
        #expect(whole.turns.count == 4 && whole.end != nil)
        for length in 0...data.count {
            let cut = data.prefix(length)
            let lines = cut.filter { $0 == UInt8(ascii: "\n") }.count
            let contents = try RecordContents(cut, place: "cut")
            #expect((contents == nil) == (lines == 0))
            #expect((contents?.turns.count ?? 0) == min(max(lines - 1, 0), 4))
            #expect((contents?.end != nil) == (lines == 6))
        }
    }

    @Test func aRunTornInAnyLineResumesToTheSameRecord() async throws {
        let test = try TestRun()
        defer { test.remove() }
        let whole = try await test.run(ScriptedJudge(Self.answers))
        let data = try Data(contentsOf: URL(fileURLWithPath: test.path))
        let ends = data.indices.filter { data[$0] == UInt8(ascii: "\n") }
        for (line, end) in ends.enumerated() {
            try data.prefix(end - 3).write(to: URL(fileURLWithPath: test.path))
            let done = max(line - 1, 0)
            let judge = ScriptedJudge(Array(Self.answers.dropFirst(min(done, 3))))
            let resumed = try await test.run(judge)
            #expect(resumed.turns.map(\.solution) == whole.turns.map(\.solution))
            #expect(await judge.judged.count == 4 - done)
            #expect(resumed.winner?.index == 3)
        }
    }

    @Test func aFinishedRunIsNotRepeated() async throws {
        let test = try TestRun()
        defer { test.remove() }
        _ = try await test.run(ScriptedJudge(Self.answers))
        let judge = ScriptedJudge([.wrong])
        let again = try await test.run(judge)
        #expect(again.winner?.index == 3)
        #expect(await judge.judged.isEmpty)
        #expect(await judge.certified.isEmpty)
    }

    @Test func theBudgetCountsEarlierSessions() async throws {
        var test = try TestRun()
        defer { test.remove() }
        let clock = ManualClock()
        test.time = clock.time
        test.settings.turns = 100
        test.settings.budgetSeconds = 10
        let interruption = test.interruption
        _ = try await test.run(
            ScriptedJudge(
                [.correct(1)],
                onJudge: {
                    clock.advance(4)
                    if $0 == 2 { interruption.request() }
                }))
        try dropLastLine(test.path)
        test.interruption = Interruption()
        let record = try await test.run(ScriptedJudge([.correct(1)], onJudge: { _ in clock.advance(4) }))
        #expect(record.turns.map(\.elapsedSeconds) == [4, 8, 12])
    }

    @Test func anotherRunsFolderIsRefusedAndKept() async throws {
        var test = try TestRun()
        defer { test.remove() }
        _ = try await test.run(ScriptedJudge(Self.answers))
        let before = try Data(contentsOf: URL(fileURLWithPath: test.path))
        test.settings.seed = 8
        let error = await #expect(throws: KernelwrightError.self) { try await test.run(ScriptedJudge([.wrong])) }
        #expect(error?.code == .badInput)
        #expect(error?.message.contains("its seed is 7, asked for 8") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: test.path)) == before)
    }

    @Test func aDamagedLineIsNamed() async throws {
        let test = try TestRun()
        defer { test.remove() }
        _ = try await test.run(ScriptedJudge(Self.answers))
        var lines = try String(contentsOfFile: test.path, encoding: .utf8).split(separator: "\n").map(String.init)
        lines[2] = "{\"turn\":"
        try (lines.joined(separator: "\n") + "\n").write(toFile: test.path, atomically: true, encoding: .utf8)
        let error = await #expect(throws: KernelwrightError.self) { try await test.run(ScriptedJudge([.wrong])) }
        #expect(error?.message == "\(test.path):3: the line is damaged")
    }

    @Test func aRecordInUseIsRefused() throws {
        let test = try TestRun()
        defer { test.remove() }
        let first = try TrajectoryFile(path: test.path, header: test.header)
        let error = #expect(throws: KernelwrightError.self) {
            _ = try TrajectoryFile(path: test.path, header: test.header)
        }
        #expect(error?.message.contains("in use") == true)
        withExtendedLifetime(first) {}
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func aFullDiskIsOneClearError() throws {
        let test = try TestRun()
        defer { test.remove() }
        let error = #expect(throws: KernelwrightError.self) {
            _ = try TrajectoryFile(path: "/dev/full", header: test.header)
        }
        #expect(error?.code == .badInput)
        #expect(error?.message.contains("No space left on device") == true)
    }

    private func dropLastLine(_ path: String) throws {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropLast()
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
}

@Suite struct ReplayingJudgeTests {
    @Test func theSameSeedAndRecordGiveTheSameProposalsWithoutADevice() async throws {
        let (original, replay) = (try TestRun(), try TestRun())
        defer {
            original.remove()
            replay.remove()
        }
        let record = try await original.run(ScriptedJudge([.correct(3), .wrong, .correct(2), .correct(1)]))
        let repeated = try await replay.run(ReplayingJudge(record))
        #expect(repeated.turns.map(\.turn.proposal) == record.turns.map(\.turn.proposal))
        #expect(repeated.turns.map(\.turn.verdict.status) == record.turns.map(\.turn.verdict.status))
        #expect(repeated.winner?.index == record.winner?.index)
    }

    @Test func anotherSeedIsNoticed() async throws {
        let original = try TestRun()
        var replay = try TestRun()
        defer {
            original.remove()
            replay.remove()
        }
        let record = try await original.run(ScriptedJudge([.correct(1)]))
        replay.settings.seed = 8
        let judge = ReplayingJudge(record)
        let error = await #expect(throws: KernelwrightError.self) { try await replay.run(judge) }
        #expect(error?.message == "the record holds another solution at turn 0 of trajectory 0")
    }
}

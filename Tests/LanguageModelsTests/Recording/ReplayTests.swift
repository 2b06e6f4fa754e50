import Evaluation
import Foundation
import KernelIR
import Policies
import Refinement
import Testing

@testable import LanguageModels

@Suite struct ReplayTests {
    private static let verdicts: [Verdict] = [
        .failed(.compileError, "no"), .correct(3), .failed(.wrongValues, "no"), .correct(1),
    ]

    /// Answers with a refusal, a stream that breaks off, and an answer that cannot be read among them.
    private static let replies: [ScriptedTransport.Reply] = [
        .refusal(400, "unknown field stream_options"), .stream(Sample.answer("zero"), tokens: (10, 10)),
        .refusal(400, "unknown field stream_options"), .init(head: .stream, parts: [Events.event("half")]),
        .stream(Sample.answer("one")), .refusal(400, "unknown field stream_options"), .stream("```"),
        .refusal(400, "unknown field stream_options"), .stream(Sample.answer("three")),
    ]

    private func proposals(_ record: RecordContents) -> [Proposal] { record.turns.map(\.turn.proposal) }

    @Test func aRunRepeatsFromItsRecordsAlone() async throws {
        let run = try ChatRun()
        let whole = try await run.run(ScriptedTransport(Self.replies), ScriptedJudge(Self.verdicts))
        #expect(whole.turns.map(\.turn.verdict.status) == [.compileError, .correct, .invalidPlan, .wrongValues])
        try await expectTheSame(run, whole)
    }

    /// The tokens that end a run are no part of its record, and need not be spent again.
    @Test func aRunThatSpentItsTokensRepeats() async throws {
        var run = try ChatRun()
        run.settings.turns = 50
        run.maxTokens = 400
        run.budget = 20_000
        let reply = ScriptedTransport.Reply.stream(Sample.answer("one"), tokens: (3000, 300))
        let whole = try await run.run(
            ScriptedTransport(Array(repeating: reply, count: 50)), ScriptedJudge([.correct(1)]))
        #expect(whole.end?.reason == .budget)
        try await expectTheSame(run, whole)
    }

    /// Repeats a run from its files, and compares them byte for byte.
    private func expectTheSame(_ run: ChatRun, _ whole: RecordContents) async throws {
        let again = run.folder.path("again.jsonl")
        let policy = try run.policy(ReplayTransport(try run.recorded()))
        _ = try await run.run(policy, ReplayingJudge(whole), into: again, replaying: whole)
        let files = [run.trajectory, again].map { FileManager.default.contents(atPath: $0) }
        #expect(files[0] != nil && files[0] == files[1])
    }

    @Test func anotherRequestThanTheRecordedOneIsAnError() async throws {
        var run = try ChatRun()
        let whole = try await run.run(ScriptedTransport(Self.replies), ScriptedJudge(Self.verdicts))
        let exchanges = try run.recorded()
        run.settings.seed = 8
        let policy = try run.policy(ReplayTransport(exchanges))
        let path = run.folder.path("again.jsonl")
        let other = await #expect(throws: KernelwrightError.self) {
            try await run.run(policy, ReplayingJudge(whole), into: path)
        }
        #expect(other?.message == "the record holds another request at turn 0 of trajectory 0")
        run.settings.seed = 7
        run.settings.turns = 5
        let longer = try run.policy(ReplayTransport(exchanges))
        let end = await #expect(throws: KernelwrightError.self) {
            try await run.run(longer, ReplayingJudge(whole), into: run.folder.path("longer.jsonl"))
        }
        #expect(end?.message == "the record holds no further request at turn 4 of trajectory 0")
    }

    /// A session that ends between an answer and its turn does not pay for the answer twice.
    @Test func answersOfUnfinishedTurnsAreNotAskedForAgain() async throws {
        let run = try ChatRun()
        let whole = try await run.run(ScriptedTransport(Self.replies), ScriptedJudge(Self.verdicts))
        let exchanges = try String(contentsOfFile: run.exchanges, encoding: .utf8)
        let lines = try String(contentsOfFile: run.trajectory, encoding: .utf8).split(separator: "\n")
        for kept in 0...3 {
            let beginning = lines.prefix(1 + kept).joined(separator: "\n") + "\n"
            try beginning.write(toFile: run.trajectory, atomically: true, encoding: .utf8)
            try exchanges.write(toFile: run.exchanges, atomically: true, encoding: .utf8)
            let silent = ScriptedTransport([])
            let judged = whole.turns.prefix(kept).filter { $0.solution != nil }.count
            let resumed = try await run.run(silent, ScriptedJudge(Array(Self.verdicts.dropFirst(judged))))
            #expect(proposals(resumed) == proposals(whole), "after \(kept) turns")
            #expect(silent.requests.isEmpty)
        }
    }

    @Test func requestsThatBroughtNothingAreMadeAgain() async throws {
        var run = try ChatRun()
        run.settings.turns = 1
        let dead = ScriptedTransport([.refusal(503), .refusal(503)])
        await #expect(throws: KernelwrightError.self) { try await run.run(dead, ScriptedJudge([.correct(1)])) }
        #expect(try run.recorded().withoutBeginnings.count == 2)
        let alive = ScriptedTransport([.stream(Sample.answer("late"))])
        let record = try await run.run(alive, ScriptedJudge([.correct(1)]))
        #expect(record.turns.count == 1)
        #expect(alive.requests.count == 1)
        #expect(try run.recorded().withoutBeginnings.map { $0.head?.status } == [503, 503, 200])
    }

    /// A model's context may turn out to be smaller than thought: turns that are finished stay, the rest asks for less.
    @Test func aRunGoesOnWithLowerLimits() async throws {
        var run = try ChatRun()
        run.settings.turns = 2
        let small = ScriptedTransport([
            .stream(Sample.answer("zero")), .refusal(400, "the request exceeds the available context size"),
        ])
        let judge = ScriptedJudge([.correct(2), .correct(1)])
        let error = await #expect(throws: KernelwrightError.self) { try await run.run(small, judge) }
        #expect(error?.hint?.contains("--context-tokens") == true)
        run.maxTokens = 300
        let willing = ScriptedTransport([.stream(Sample.answer("one"))])
        let record = try await run.run(willing, judge)
        #expect(record.turns.map(\.turn.verdict.status) == [.correct, .correct])
        #expect(willing.requests.count == 1)
    }

    /// What earlier sessions took, also in vain, counts against the budget.
    @Test func earlierSessionsArePaidFor() throws {
        func exchange(_ turn: Int, _ attempt: Int, _ reply: ScriptedTransport.Reply) throws -> Exchange {
            let chat = ChatRequest(model: "m", messages: Sample.messages, maxTokens: 50)
            let url = try #require(URL(string: "http://127.0.0.1:1/v1/chat/completions"))
            let place = TransportRequest.Place(trajectory: 0, turn: turn, attempt: attempt)
            var exchange = Exchange(TransportRequest(place: place, url: url, body: try chat.body(RequestForm())))
            if let head = reply.head { exchange.add(.head(head)) }
            for part in reply.parts { exchange.add(.body(Data(part.utf8))) }
            exchange.failure = reply.failure
            return exchange
        }
        let exchanges = [
            try exchange(0, 0, .refusal(500)), try exchange(0, 1, .refusal(503)),
            try exchange(0, 2, .stream("a", tokens: (40, 7))), try exchange(1, 0, .failure(.timedOut)),
            try exchange(1, 0, .failure(.unreachable)), try exchange(1, 1, .stream("b", tokens: (60, 9))),
        ]
        // What is reserved for the prompt of a request: the model may have been at work after 500 and after a silence.
        let bound = ChatRequest(model: "m", messages: Sample.messages, maxTokens: 50).promptBound
        let all = EarlierSessions(exchanges, finished: [2])
        #expect(all.pending.isEmpty)
        #expect(all.spent == TokenUse(prompt: 100 + 2 * bound, completion: 16 + 2 * 50, isCounted: false))
        // The second turn was not finished, so its answer is still to come; the call before it was in vain.
        let some = EarlierSessions(exchanges, finished: [1])
        #expect(some.pending == Array(exchanges[4...]))
        #expect(some.spent == TokenUse(prompt: 40 + 2 * bound, completion: 7 + 2 * 50, isCounted: false))
    }
}

@Suite struct ExchangeTests {
    private func exchange(_ body: Data) throws -> Exchange {
        let url = try #require(URL(string: "http://127.0.0.1:1/v1/chat/completions"))
        let place = TransportRequest.Place(trajectory: 2, turn: 3, attempt: 1)
        var exchange = Exchange(TransportRequest(place: place, url: url, body: Data("{\"a\":\"\\u00e4/\"}".utf8)))
        exchange.add(.head(ResponseHead(status: 200, headers: ["content-type": "text/plain"])))
        exchange.add(.body(body))
        return exchange
    }

    @Test(arguments: [Data(), Data("data: \"ä\\/\"\r\n\u{1}".utf8), Data([0xFF, 0x00, 0xC3])])
    func everyByteComesBack(body: Data) throws {
        let exchange = try exchange(body)
        let line = try JSONText.data(exchange)
        #expect(!line.contains(UInt8(ascii: "\n")))
        #expect(try JSONDecoder().decode(Exchange.self, from: line) == exchange)
    }

    @Test func aTornLineIsDroppedAndADamagedOneIsNamed() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("exchanges.jsonl")
        for number in 0..<2 {
            let file = try ExchangeFile(path: path)
            #expect(file.contents.count == number)
            try await file.append(try exchange(Data("\(number)".utf8)))
        }
        let whole = try String(contentsOfFile: path, encoding: .utf8)
        try String(whole.dropLast(5)).write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try ExchangeFile(path: path).contents.count == 1)
        try ("{}\n" + whole).write(toFile: path, atomically: true, encoding: .utf8)
        let error = #expect(throws: KernelwrightError.self) { try ExchangeFile(path: path) }
        #expect(error?.message == "\(path):1: the line is damaged")
    }
}

import Foundation
import Policies
import Testing

@testable import LanguageModels

/// What a session finds of those before it, and is charged for them.
@Suite struct EarlierSessionsTests {
    private let log = ExchangeLog()
    /// All that is reserved for a request of the sample's messages with at most 100 tokens.
    private let most = TokenUse(
        prompt: ChatRequest(model: "m", messages: Sample.messages, maxTokens: 100).promptBound, completion: 100,
        isCounted: false)

    private func client(
        _ transport: any Transport, _ ledger: TokenLedger = TokenLedger(budget: nil), maxTokens: Int = 100
    ) throws -> ChatClient {
        ChatClient(
            endpoint: try Endpoint("http://127.0.0.1:1/v1"), transport: transport,
            settings: ChatClient.Settings(model: "m", maxTokens: maxTokens), ledger: ledger,
            waiting: WaitLog().waiting, jitter: { 0 })
    }

    /// Has the answers recorded that a session gets.
    private func record(_ replies: ScriptedTransport.Reply...) async throws {
        let recording = RecordingTransport(ScriptedTransport(replies)) { [log] in log.append($0) }
        _ = try await client(recording).answer(to: Sample.messages)
    }

    @Test func aRequestIsRecordedBeforeItIsSent() async throws {
        let transport = ScriptedTransport([.stream("a")])
        let recording = RecordingTransport(transport) { [log] exchange in
            #expect(transport.requests.isEmpty == exchange.isBeginning)
            log.append(exchange)
        }
        _ = try await client(recording).answer(to: Sample.messages)
        #expect(log.all.map(\.isBeginning) == [true, false])
        #expect(log.all.map(\.request.bytes) == transport.requests.flatMap { [$0.body, $0.body] })
        #expect(log.all.withoutBeginnings == Array(log.all.suffix(1)))
    }

    /// A process may end at any time; what it had asked for then may have been answered.
    @Test func aRequestWithoutAnEndIsPaidFor() async throws {
        try await record(.stream("a", tokens: (40, 7)))
        let (begun, ended) = (log.all[0], log.all[1])
        let counted = TokenUse(prompt: 40, completion: 7)
        #expect(EarlierSessions([begun], finished: []).spent == most)
        #expect(EarlierSessions([begun, ended], finished: [1]).spent == counted)
        #expect(EarlierSessions([begun, begun, ended], finished: [1]).spent == most + counted)
        let again = EarlierSessions([begun, begun, ended], finished: [0])
        #expect(again.pending == [ended])
        #expect(again.spent == most)
        #expect(EarlierSessions([begun, ended, begun], finished: [0]).spent == counted + most)
    }

    @Test(arguments: [
        (100, 0, TokenUse(prompt: 40, completion: 7)), (99, 1, TokenUse(prompt: 40 + 30, completion: 7 + 9)),
    ])
    func anAnswerThatIsNotUsedIsPaidFor(maxTokens: Int, requests: Int, spent: TokenUse) async throws {
        try await record(.refusal(400, "unknown field stream_options"), .stream("a", tokens: (40, 7)))
        let sessions = EarlierSessions(log.all, finished: [0])
        #expect(sessions.pending.count == 2)
        #expect(sessions.spent == TokenUse())
        let ledger = TokenLedger(budget: nil, spent: sessions.spent, pending: sessions.pending)
        let live = ScriptedTransport([.stream("b", tokens: (30, 9))])
        let transport = ReplayTransport(resuming: sessions, next: live, ledger: ledger)
        let answer = try await client(transport, ledger, maxTokens: maxTokens).answer(to: Sample.messages)
        #expect(answer.content == (requests == 0 ? "a" : "b"))
        #expect(live.requests.count == requests)
        #expect(await ledger.spent == spent)
    }

    /// Of a budget of 800 tokens an answer that is still to be used has taken 700.
    @Test func whatIsPendingIsNotLeftForOthers() async throws {
        try await record(.stream("a", tokens: (400, 300)))
        let sessions = EarlierSessions(log.all, finished: [0])
        let ledger = TokenLedger(budget: 800, spent: sessions.spent, pending: sessions.pending)
        let live = ScriptedTransport([.stream("b")])
        let client = try client(ReplayTransport(resuming: sessions, next: live, ledger: ledger), ledger)
        await #expect(throws: OutOfBudget.self) { try await client.answer(to: Sample.messages, turn: 1) }
        #expect(try await client.answer(to: Sample.messages).content == "a")
        #expect(await ledger.spent == TokenUse(prompt: 400, completion: 300))
        #expect(live.requests.isEmpty)
    }

    /// Nothing is sent where an answer that is of no use any more has taken what the request would need.
    @Test func anAnswerThatIsNotUsedMayTakeTheRest() async throws {
        try await record(.stream("a", tokens: (400, 300)))
        let sessions = EarlierSessions(log.all, finished: [0])
        let ledger = TokenLedger(budget: 800, spent: sessions.spent, pending: sessions.pending)
        let live = ScriptedTransport([.stream("b")])
        let transport = ReplayTransport(resuming: sessions, next: live, ledger: ledger)
        await #expect(throws: OutOfBudget.self) {
            try await client(transport, ledger, maxTokens: 99).answer(to: Sample.messages)
        }
        #expect(live.requests.isEmpty)
    }
}

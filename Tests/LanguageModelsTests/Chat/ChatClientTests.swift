import Foundation
import KernelIR
import Policies
import Synchronization
import Testing

@testable import LanguageModels

@Suite struct ChatClientTests {
    private let log = WaitLog()

    private func client(
        _ transport: any Transport, ledger: TokenLedger = TokenLedger(budget: nil), maxTokens: Int = 100,
        attempts: Int = 3
    ) throws -> ChatClient {
        ChatClient(
            endpoint: try Endpoint("http://127.0.0.1:1/v1"), transport: transport,
            settings: ChatClient.Settings(
                model: "m", temperature: 0.5, maxTokens: maxTokens, backoff: Backoff(attempts: attempts)),
            ledger: ledger, waiting: log.waiting, jitter: { 0 })
    }

    @Test func asksOnceWhereAllIsWell() async throws {
        let ledger = TokenLedger(budget: nil)
        let transport = ScriptedTransport([.stream("a ", "kernel", tokens: (20, 2))])
        let answer = try await client(transport, ledger: ledger).answer(to: Sample.messages, seed: 9, turn: 3)
        #expect(answer == ChatAnswer(content: "a kernel", tokens: TokenUse(prompt: 20, completion: 2)))
        #expect(await ledger.spent == TokenUse(prompt: 20, completion: 2))
        let request = try #require(transport.requests.first)
        #expect(request.place == .init(trajectory: 0, turn: 3, attempt: 0))
        #expect(request.url.absoluteString == "http://127.0.0.1:1/v1/chat/completions")
        #expect(
            String(decoding: request.body, as: UTF8.self) == """
                {"max_tokens":100,"messages":[{"content":"Be brief.","role":"system"},\
                {"content":"Write a kernel.","role":"user"}],"model":"m","seed":9,"stream":true,\
                "stream_options":{"include_usage":true},"temperature":0.5}
                """)
        #expect(log.all.isEmpty)
    }

    @Test(arguments: [
        ScriptedTransport.Reply.refusal(429), .refusal(500), .refusal(503), .refusal(529), .failure(.unreachable),
        .failure(.disconnected), .failure(.timedOut),
        .init(head: .stream, parts: [Events.event("half an ans")]),
        .init(head: .stream, parts: ["data: {\"choices\n\n"]),
        .init(head: ResponseHead(status: 200), parts: ["data: {\"error\":\"overloaded\"}\n\n"]),
    ])
    func asksAgainWhatMayPass(reply: ScriptedTransport.Reply) async throws {
        let transport = ScriptedTransport([reply, reply, .stream("done")])
        let answer = try await client(transport).answer(to: Sample.messages)
        #expect(answer.content == "done")
        #expect(answer.requests == 3)
        #expect(log.all == [.seconds(0.5), .seconds(1)])
        #expect(transport.requests.map(\.place.attempt) == [0, 1, 2])
        #expect(Set(transport.requests.map(\.body)).count == 1)
    }

    @Test func givesUpAfterTheAttempts() async throws {
        let transport = ScriptedTransport(Array(repeating: .refusal(503, "loading the model"), count: 9))
        let error = await #expect(throws: KernelwrightError.self) {
            try await client(transport).answer(to: Sample.messages)
        }
        #expect(transport.requests.count == 3)
        #expect(error?.code == .missingComponent)
        #expect(error?.message.contains("no answer to 3 requests: status 503: loading the model") == true)
    }

    @Test(
        arguments: [
            (400, KernelwrightError.Code.badInput), (401, .missingComponent), (403, .missingComponent),
            (404, .badInput),
            (301, .missingComponent),
        ] as [(Int, KernelwrightError.Code)])
    func doesNotRepeatWhatStaysWrong(status: Int, code: KernelwrightError.Code) async throws {
        let transport = ScriptedTransport([.refusal(status, "no such model"), .stream("late")])
        let error = await #expect(throws: KernelwrightError.self) {
            try await client(transport).answer(to: Sample.messages)
        }
        #expect(error?.code == code)
        #expect(error?.message.contains("no such model") == true)
        #expect(transport.requests.count == 1)
        #expect(log.all.isEmpty)
    }

    @Test func waitsAsLongAsItIsAsked() async throws {
        let transport = ScriptedTransport([.refusal(429, headers: ["retry-after": "17"]), .stream("done")])
        _ = try await client(transport).answer(to: Sample.messages)
        #expect(log.all == [.seconds(17)])
        let patient = ScriptedTransport([.refusal(429, headers: ["retry-after": "9999"]), .stream("done")])
        await #expect(throws: KernelwrightError.self) { try await client(patient).answer(to: Sample.messages) }
    }

    @Test func saysWhyItAsksAgain() async throws {
        let notes = Notes()
        let transport = ScriptedTransport([
            .refusal(503, "loading the model"), .failure(.disconnected), .stream("done"),
        ])
        let client = ChatClient(
            endpoint: try Endpoint("http://127.0.0.1:1/v1"), transport: transport,
            settings: ChatClient.Settings(model: "m", backoff: Backoff(attempts: 3)),
            ledger: TokenLedger(budget: nil), waiting: log.waiting, jitter: { 0 }, note: { notes.add($0) })
        _ = try await client.answer(to: Sample.messages)
        #expect(
            notes.all == [
                "status 503: loading the model; asking again in 0.5 s (2 of 3)",
                "disconnected; asking again in 1 s (3 of 3)",
            ])
    }

    @Test func leavesOutWhatAnEndpointDoesNotTake() async throws {
        let transport = ScriptedTransport([
            .refusal(400, "Unrecognized field: stream_options"), .refusal(400, "use max_completion_tokens"),
            .refusal(422, "extra field seed"), .refusal(400, "temperature is fixed"),
            .refusal(501, "no streaming here"),
            .whole("at once"),
        ])
        let answer = try await client(transport).answer(to: Sample.messages, seed: 1)
        #expect(answer.content == "at once")
        #expect(answer.requests == 6)
        #expect(log.all.isEmpty)
        let last = try #require(transport.requests.last)
        #expect(
            String(decoding: last.body, as: UTF8.self).hasPrefix("{\"max_completion_tokens\":100,\"messages\":[")
                && String(decoding: last.body, as: UTF8.self).hasSuffix("\"model\":\"m\",\"stream\":false}"))
    }

    @Test func anEndlessAnswerIsCutOff() async throws {
        let endless = ScriptedTransport.Reply(
            head: .stream, parts: Array(repeating: Events.event("for ever "), count: 100_000))
        let ledger = TokenLedger(budget: 10_000)
        let transport = ScriptedTransport([endless])
        let answer = try await client(transport, ledger: ledger, maxTokens: 20).answer(to: Sample.messages)
        #expect(answer.isCutOff)
        #expect(answer.content.utf8.count < 21 * 10)
        #expect(await ledger.spent.total <= 10_000)
    }

    @Test func anEndlessBodyWithoutEventsIsCutOff() async throws {
        let filler = ": " + String(repeating: "x", count: 4094)
        let endless = ScriptedTransport.Reply(head: .stream, parts: Array(repeating: filler, count: 1000))
        let answer = try await client(ScriptedTransport([endless]), maxTokens: 20).answer(to: Sample.messages)
        #expect(answer.isCutOff)
        #expect(answer.content.isEmpty)
    }

    /// A model behind the endpoint may still be at work after a refusal, and somebody pays for that.
    @Test(arguments: [
        (400, true), (401, true), (404, true), (408, false), (413, true), (425, true), (429, true), (500, false),
        (501, true), (502, false), (503, true), (504, false), (520, false), (529, true),
    ])
    func aRefusalIsFreeWhereNoModelWasAsked(status: Int, isFree: Bool) async throws {
        let ledger = TokenLedger(budget: nil)
        let client = try client(ScriptedTransport([.refusal(status)]), ledger: ledger, attempts: 1)
        await #expect(throws: KernelwrightError.self) { try await client.answer(to: Sample.messages) }
        let bound = ChatRequest(model: "m", messages: Sample.messages, maxTokens: 100).promptBound
        let most = TokenUse(prompt: bound, completion: 100, isCounted: false)
        #expect(await ledger.spent == (isFree ? TokenUse() : most))
    }

    @Test(arguments: [400, 413, 422])
    func aContextThatIsTooSmallIsTold(status: Int) async throws {
        let transport = ScriptedTransport([.refusal(status, "This model's maximum Context length is 4096 tokens.")])
        let error = await #expect(throws: KernelwrightError.self) {
            try await client(transport).answer(to: Sample.messages)
        }
        #expect(error?.code == .badInput)
        #expect(error?.hint?.contains("lower --context-tokens or --max-tokens") == true)
    }

    /// Whatever happens, what is spent stays within the budget, and the last request has only what is left.
    @Test func theBudgetIsNeverExceeded() async throws {
        let ledger = TokenLedger(budget: 2000)
        let replies: [ScriptedTransport.Reply] = [
            .stream("a", tokens: (30, 400)), .failure(.disconnected), .refusal(503), .refusal(500),
            .stream("b", tokens: (30, 300)), .init(head: .stream, parts: [Events.event("half")]),
        ]
        let transport = ScriptedTransport(replies + Array(repeating: .failure(.timedOut), count: 50))
        let client = try client(transport, ledger: ledger, maxTokens: 400, attempts: 100)
        await #expect(throws: OutOfBudget.self) {
            while true {
                _ = try await client.answer(to: Sample.messages)
                let spent = await ledger.spent.total
                #expect(spent <= 2000)
            }
        }
        let spent = await ledger.spent.total
        #expect(spent <= 2000)
        #expect(spent > 2000 - 400)
        let limits = transport.requests.map { request in
            String(decoding: request.body, as: UTF8.self).contains("\"max_tokens\":400,")
        }
        #expect(limits.first == true && limits.last == false)
    }

    @Test func withoutACountTheBytesAreCharged() async throws {
        let ledger = TokenLedger(budget: nil)
        let answer = try await client(ScriptedTransport([.stream("12345", "678")]), ledger: ledger)
            .answer(to: Sample.messages)
        #expect(answer.tokens.completion == 8)
        #expect(!answer.tokens.isCounted)
        #expect(answer.tokens.prompt >= "Be brief.Write a kernel.".utf8.count)
        #expect(await ledger.spent == answer.tokens)
    }

    @Test func endsWithItsTask() async throws {
        let transport = ScriptedTransport(Array(repeating: .refusal(503), count: 9))
        let client = ChatClient(
            endpoint: try Endpoint("http://127.0.0.1:1/v1"), transport: transport,
            settings: ChatClient.Settings(model: "m"), ledger: TokenLedger(budget: nil),
            waiting: Waiting { _ in
                withUnsafeCurrentTask { $0?.cancel() }
                try Task.checkCancellation()
            }, jitter: { 0 })
        let task = Task { try await client.answer(to: Sample.messages) }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(transport.requests.count == 1)
    }
}

/// Keeps what it is told.
private final class Notes: Sendable {
    private let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock { $0 } }
    func add(_ text: String) { texts.withLock { $0.append(text) } }
}

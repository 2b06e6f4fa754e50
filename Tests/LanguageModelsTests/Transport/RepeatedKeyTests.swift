import Foundation
import KernelIR
import Policies
import Refinement
import Testing

@testable import LanguageModels

/// Endpoints that repeat the key where no transport sees it in one piece.
@Suite struct RepeatedKeyTests {
    private static let secret = "sk-very-secret-0123456789"
    /// The key as JSON may write it.
    private static let escaped = #"\u0073k-very-\u0073ecret-0123456789"#

    static let replies: [ScriptedTransport.Reply] = [
        .stream("your key is sk-very-", "secret-0123456789, thanks"),
        .stream("your key is sk-very-<think>hm</think>secret-0123456789"),
        .stream(#"[{"action":"split","stage":"\u0073k-very-secret-0123456789"}]"#),
        .init(
            head: .stream,
            parts: [
                Events.event("sk-very-", key: "reasoning"), Events.event("secret-0123456789", key: "reasoning"),
                Events.event("code"), Events.done,
            ]),
        .init(
            head: .stream, parts: [Events.event("KEY").replacing("KEY", with: escaped), Events.finish("stop")]),
        .init(head: .stream, parts: ["data: {\"error\":{\"message\":\"bad key \(escaped)\"}}\n\n"]),
        .init(head: .stream, parts: [Events.event("sk-very-"), Events.event("secret-0123456789")]),
        .init(
            head: .stream,
            parts: [Events.event("sk-very-"), Events.event("secret-0123456789")]
                + Array(repeating: ": " + String(repeating: "x", count: 4094), count: 100)),
        .init(
            head: ResponseHead(status: 401, headers: ["content-type": "application/json"]),
            parts: ["{\"error\":{\"message\":\"bad key \(escaped)\"}}"]),
    ]

    private func client(
        _ replies: [ScriptedTransport.Reply], into file: ExchangeFile, _ ledger: TokenLedger, attempts: Int
    ) throws -> ChatClient {
        let key = try APIKey(in: [APIKey.usualVariable: Self.secret])
        return ChatClient(
            endpoint: try Endpoint("http://127.0.0.1:1/v1"),
            transport: RecordingTransport(ScriptedTransport(replies), key: key) { try await file.append($0) },
            settings: ChatClient.Settings(model: "m", maxTokens: 100, backoff: Backoff(attempts: attempts)),
            ledger: ledger, waiting: WaitLog().waiting, jitter: { 0 })
    }

    /// Such a response is a request that failed, and is charged as one.
    @Test(arguments: RepeatedKeyTests.replies)
    func aResponseWithTheKeyIsDropped(reply: ScriptedTransport.Reply) async throws {
        let folder = try TemporaryFolder()
        let file = try ExchangeFile(path: folder.path("exchanges.jsonl"))
        let ledger = TokenLedger(budget: nil)
        let client = try client([reply, .stream("clean", tokens: (30, 2))], into: file, ledger, attempts: 2)
        let answer = try await client.answer(to: Sample.messages)
        #expect(answer.content == "clean")
        #expect(answer.requests == 2)
        #expect(folder.content.contains("the response repeated the key and was dropped"))
        for part in ["very-", "ecret", "0123456789"] { #expect(!folder.content.contains(part), "\(part)") }
        let bound = ChatRequest(model: "m", messages: Sample.messages, maxTokens: 100).promptBound
        let spent = TokenUse(prompt: bound + 30, completion: 100 + 2, isCounted: false)
        #expect(await ledger.spent == spent)
        let recorded = try WholeLines<Exchange>(Data(folder.content.utf8), place: "exchanges.jsonl").lines
        #expect(EarlierSessions(recorded, finished: [1]).spent == spent)
    }

    @Test(arguments: RepeatedKeyTests.replies)
    func noErrorHoldsTheKey(reply: ScriptedTransport.Reply) async throws {
        let folder = try TemporaryFolder()
        let file = try ExchangeFile(path: folder.path("exchanges.jsonl"))
        let client = try client([reply], into: file, TokenLedger(budget: nil), attempts: 1)
        let error = await #expect(throws: KernelwrightError.self) { try await client.answer(to: Sample.messages) }
        #expect(error?.message.contains("the response repeated the key and was dropped") == true)
        #expect(error?.description.contains("ecret") == false)
    }

    @Test(arguments: [
        (RepeatedKeyTests.secret, true), ("a\(RepeatedKeyTests.secret)\u{301}", true),
        (RepeatedKeyTests.escaped, true), (#"sk-very-\\u0073ecret-0123456789"#, true),
        (#"\u0073\u006b-very-\u005c\u0075\u0030\u0030\u0037\u0033ecret-0123456789"#, true),
        ("sk-very-secret-012345678", false), (#"\u0073\u00"#, false), (#"\"#, false), ("", false),
    ])
    func findsTheKeyBehindEscapes(text: String, isThere: Bool) throws {
        let key = try #require(try APIKey(in: [APIKey.usualVariable: Self.secret]))
        #expect(key.isIn(Array(text.utf8)) == isThere)
    }
}

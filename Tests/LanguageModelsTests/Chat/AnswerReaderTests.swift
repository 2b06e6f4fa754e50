import Foundation
import Policies
import Testing

@testable import LanguageModels

@Suite struct AnswerReaderTests {
    private func read(
        _ head: ResponseHead?, _ parts: [String], maxTokens: Int = 100, streams: Bool = true
    ) throws -> AnswerReader.Reply {
        var reader = AnswerReader(maxTokens: maxTokens, streams: streams)
        if let head { _ = try reader.take(.head(head)) }
        for part in parts { guard try reader.take(.body(Data(part.utf8))) else { break } }
        return try reader.reply()
    }

    private static let json = ResponseHead(status: 200, headers: ["content-type": "application/json"])

    @Test func joinsTheWordsOfAStream() throws {
        let text = [Events.event("one "), Events.event("two"), Events.finish("stop"), Events.usage(12, 3), Events.done]
            .joined()
        for cut in [1, 5, text.count] {
            let parts = stride(from: 0, to: text.count, by: cut).map { start in
                String(text.dropFirst(start).prefix(cut))
            }
            let reply = try read(.stream, parts)
            #expect(reply.content == "one two")
            #expect(reply.tokens == TokenUse(prompt: 12, completion: 3))
            #expect(!reply.isCutOff)
            #expect(reply.bytes == 7)
        }
    }

    @Test(arguments: ["reasoning_content", "reasoning"])
    func keepsThinkingApart(key: String) throws {
        let parts = [
            Events.event("hm ", key: key), Events.event("<think>more</think>code"), Events.finish("stop"), Events.done,
        ]
        let reply = try read(.stream, parts)
        #expect(reply.content == "code")
        #expect(reply.reasoning == "hm \nmore")
    }

    @Test func aReasonToFinishIsEnoughWithoutDone() throws {
        #expect(try read(.stream, [Events.event("a"), Events.finish("stop")]).content == "a")
    }

    @Test func theLimitOfTokensIsTold() throws {
        #expect(try read(.stream, [Events.event("a"), Events.finish("length"), Events.done]).isCutOff)
    }

    @Test func whatGoesOnBeyondTheLimitIsCutOff() throws {
        var reader = AnswerReader(maxTokens: 3, streams: true)
        _ = try reader.take(.head(.stream))
        let goesOn = try (0..<5).map { _ in try reader.take(.body(Data(Events.event("x").utf8))) }
        #expect(goesOn == [true, true, true, false, false])
        let reply = try reader.reply()
        #expect(reply.isCutOff)
    }

    @Test func readsAWholeAnswerToAStreamingRequest() throws {
        let reply = ScriptedTransport.Reply.whole("all at once", tokens: (7, 4))
        let read = try read(reply.head, reply.parts)
        #expect(read.content == "all at once")
        #expect(read.tokens == TokenUse(prompt: 7, completion: 4))
    }

    @Test func anEmptyAnswerIsAnAnswer() throws {
        #expect(try read(.stream, [Events.finish("stop"), Events.done]).content == "")
        #expect(try read(Self.json, ["{\"choices\":[{\"message\":{\"content\":null}}]}"]).content == "")
    }

    @Test func aCountThatIsNoneDoesNotSpoilTheAnswer() throws {
        let body = "{\"choices\":[{\"message\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":\"many\"}}"
        let reply = try read(Self.json, [body])
        #expect(reply.content == "a")
        #expect(reply.tokens == nil)
        #expect(ChatUsage(promptTokens: -5, completionTokens: .max).tokens == TokenUse(completion: 1 << 40))
    }

    @Test(arguments: [
        ([Events.event("a")], ChatFailure.truncated),
        ([], ChatFailure.truncated),
        (
            ["data: {\"choices\":\n\n"],
            ChatFailure.malformed("the response is no JSON of a chat completion: '{\"choices\":'")
        ),
        (["data: {\"error\":{\"message\":\"overloaded\\u001b[31m\"}}\n\n"], ChatFailure.failed("overloaded [31m")),
        (["data: {\"error\":\"gone\"}\n\n"], ChatFailure.failed("gone")),
    ])
    func tellsWhatIsWrongWithAStream(parts: [String], failure: ChatFailure) {
        #expect(throws: failure) { try read(.stream, parts) }
    }

    @Test func tellsWhatIsWrongWithAWholeAnswer() {
        #expect(throws: ChatFailure.malformed("the response holds no choice")) { try read(Self.json, ["{}"]) }
        #expect(throws: ChatFailure.self) { try read(Self.json, ["<html>"]) }
        #expect(throws: ChatFailure.truncated) { try read(nil, []) }
    }

    @Test(arguments: [
        ("{\"error\":{\"message\":\"slow down\"}}", "slow down"), ("{\"message\":\"slow down\"}", "slow down"),
        ("{\"detail\":\"slow down\"}", "slow down"), ("{\"error\":\"slow down\"}", "slow down"),
        ("slow\ndown", "slow down"),
        ("", ""),
    ])
    func aRefusalSaysWhy(body: String, message: String) {
        let head = ResponseHead(status: 429, headers: ["retry-after": "7"])
        #expect(throws: ChatFailure.refused(status: 429, message: message, retryAfter: 7)) { try read(head, [body]) }
    }
}

import Foundation
import Policies

/// Reads a response event by event: a streamed answer, a whole one, or a refusal.
struct AnswerReader: Sendable {
    /// What came of a whole response.
    struct Reply: Sendable, Hashable {
        var content: String
        var reasoning: String?
        var isCutOff: Bool
        /// As the endpoint counted; nil where it did not.
        var tokens: TokenUse?
        /// Bytes of text that came, which are at least as many as their tokens.
        var bytes: Int
    }

    private let maxTokens: Int
    private let streams: Bool
    private var head: ResponseHead?
    private var events = ServerSentEvents()
    /// The body of a response that is no stream.
    private var body = Data()
    private var said = ""
    private var thought = ""
    private var usage: ChatUsage?
    private var finishReason: String?
    private var isDone = false
    /// Parts with text in them: each has a token at least.
    private var parts = 0

    /// - Parameters:
    ///   - maxTokens: the limit that the endpoint was given; an answer of more parts is cut off there.
    ///   - streams: whether a stream was asked for.
    init(maxTokens: Int, streams: Bool) { (self.maxTokens, self.streams) = (maxTokens, streams) }

    /// Takes what comes next.
    ///
    /// - Returns: false when there is nothing more to wait for.
    mutating func take(_ event: TransportEvent) throws(ChatFailure) -> Bool {
        switch event {
        case .head(let head):
            self.head = head
            return true
        case .body(let part):
            guard isStream else {
                body += part
                return true
            }
            for data in events.take(part) {
                guard try take(data) else { return false }
            }
            return true
        }
    }

    /// The answer, once nothing more comes.
    mutating func reply() throws(ChatFailure) -> Reply {
        guard let head else { throw .truncated }
        guard (200..<300).contains(head.status) else { throw refusal(head) }
        if isStream {
            if !isDone, let data = events.finish() { _ = try take(data) }
            guard isDone || finishReason != nil else { throw .truncated }
        } else {
            try readWhole()
        }
        return parted(isCutOff: finishReason == "length")
    }

    /// The answer as far as it came, where that is all there will be.
    func cutOff() throws(ChatFailure) -> Reply {
        guard let head else { throw .truncated }
        guard (200..<300).contains(head.status) else { throw refusal(head) }
        return parted(isCutOff: true)
    }

    /// What is left of an answer whose response ended in an error; nil for an error that says nothing of the answer.
    func result(after error: any Error) -> Result<Reply, ChatFailure>? {
        switch error {
        case let failure as ChatFailure: return .failure(failure)
        case let failure as TransportFailure:
            guard failure.kind == .tooLarge else { return .failure(.transport(failure)) }
            return Result { () throws(ChatFailure) in try cutOff() }
        default: return nil
        }
    }

    /// What was said, then what was thought, as an answer would hold it, as far as it came.
    var text: String {
        let reply = parted(isCutOff: true)
        return [reply.content, reply.reasoning].compactMap { $0 }.joined(separator: "\n")
    }

    private func parted(isCutOff: Bool) -> Reply {
        let parted = Reasoning(said)
        let thoughts = [thought, parted.thinking].filter { !$0.isEmpty }
        return Reply(
            content: parted.answer, reasoning: thoughts.isEmpty ? nil : thoughts.joined(separator: "\n"),
            isCutOff: isCutOff, tokens: usage?.tokens, bytes: said.utf8.count + thought.utf8.count)
    }

    /// Whether the body is a stream of events: what it says it is, else what was asked for.
    private var isStream: Bool {
        guard let head, (200..<300).contains(head.status) else { return false }
        guard let type = head.headers["content-type"]?.lowercased() else { return streams }
        return type.contains("text/event-stream")
    }

    /// Takes the data of an event; false when it is the last.
    private mutating func take(_ data: String) throws(ChatFailure) -> Bool {
        if data.trimmingCharacters(in: .whitespaces) == "[DONE]" {
            isDone = true
            return false
        }
        let chunk = try Self.chunk(Data(data.utf8))
        if let choice = chunk.choices.first, let part = choice.delta ?? choice.message { add(part) }
        if let reason = chunk.choices.first?.finishReason { finishReason = reason }
        if let usage = chunk.usage { self.usage = usage }
        guard parts <= maxTokens else {
            (isDone, finishReason) = (true, "length")
            return false
        }
        return true
    }

    private mutating func add(_ part: ChatChunk.Part) {
        let (words, thoughts) = (part.content ?? "", part.reasoningContent ?? part.reasoning ?? "")
        said += words
        thought += thoughts
        if !words.isEmpty || !thoughts.isEmpty { parts += 1 }
    }

    private mutating func readWhole() throws(ChatFailure) {
        let chunk = try Self.chunk(body)
        guard let choice = chunk.choices.first, let part = choice.message ?? choice.delta else {
            throw .malformed("the response holds no choice")
        }
        add(part)
        (finishReason, usage) = (choice.finishReason, chunk.usage)
    }

    private static func chunk(_ data: Data) throws(ChatFailure) -> ChatChunk {
        guard let chunk = try? JSONDecoder().decode(ChatChunk.self, from: data) else {
            let beginning = String(decoding: data.prefix(80), as: UTF8.self).oneLine
            throw .malformed("the response is no JSON of a chat completion: '\(beginning)'")
        }
        if let error = chunk.error { throw .failed(error.message.oneLine) }
        return chunk
    }

    private func refusal(_ head: ResponseHead) -> ChatFailure {
        let text = String(decoding: body.prefix(4096), as: UTF8.self)
        let message =
            (try? JSONDecoder().decode(ErrorBody.self, from: body))?.message ?? head.headers["location"] ?? text
        return .refused(status: head.status, message: message.oneLine, retryAfter: RetryAfter(head).seconds)
    }

    /// Errors stand in a field of their own, or are the object itself.
    private struct ErrorBody: Decodable {
        var message: String

        private enum CodingKeys: String, CodingKey { case error, message, detail }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            if let error = try? fields.decode(ServerError.self, forKey: .error) {
                message = error.message
            } else if let text = try? fields.decode(String.self, forKey: .message) {
                message = text
            } else {
                message = try fields.decode(String.self, forKey: .detail)
            }
        }
    }
}

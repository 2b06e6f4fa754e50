import Foundation
import Policies

/// What a client makes of a recorded response.
extension Exchange {
    /// Whether it holds an answer.
    var isAnswer: Bool { if case .success = read().result { true } else { false } }

    /// The tokens that it is charged, by the rule of the ledger.
    var tokens: TokenUse {
        let request = asked
        return TokenLedger.Reservation(prompt: request.promptBound, completion: request.maxTokens)
            .charge(for: read().result)
    }

    /// Whether the response holds a key: as it came, or in the text that is made of it.
    func repeats(_ key: APIKey) -> Bool {
        let (text, result) = read()
        let message = if case .failure(let failure) = result { failure.message } else { "" }
        return [Array(text.utf8), Array(message.utf8), Array(response.bytes)].contains { key.isIn($0) }
    }

    private func read() -> (text: String, result: Result<AnswerReader.Reply, ChatFailure>) {
        let request = asked
        var reader = AnswerReader(maxTokens: request.maxTokens, streams: request.streams)
        let result = outcome(&reader)
        return (reader.text, result)
    }

    private func outcome(_ reader: inout AnswerReader) -> Result<AnswerReader.Reply, ChatFailure> {
        do {
            try replay { try reader.take($0) }
            return .success(try reader.reply())
        } catch {
            return reader.result(after: error) ?? .failure(.truncated)
        }
    }

    /// What the request asked for.
    private var asked: Asked { (try? JSONDecoder().decode(Asked.self, from: request.bytes)) ?? Asked(request.bytes) }

    private struct Asked: Decodable {
        var promptBound: Int
        var maxTokens: Int
        var streams: Bool

        private enum CodingKeys: String, CodingKey {
            case messages, stream
            case maxTokens = "max_tokens"
            case maxCompletionTokens = "max_completion_tokens"
        }

        /// What is assumed of a request that is none of ours.
        init(_ bytes: Data) { (promptBound, maxTokens, streams) = (bytes.count, 0, true) }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            maxTokens =
                try fields.decodeIfPresent(Int.self, forKey: .maxTokens)
                ?? fields.decode(Int.self, forKey: .maxCompletionTokens)
            streams = try fields.decodeIfPresent(Bool.self, forKey: .stream) ?? true
            let messages = try fields.decode([ChatMessage].self, forKey: .messages)
            promptBound = ChatRequest(model: "", messages: messages, maxTokens: maxTokens).promptBound
        }
    }
}

/// A part of a streamed answer, or a whole one: the fields of `/v1/chat/completions` that matter here.
struct ChatChunk: Decodable, Sendable {
    /// What was said, and thought where the endpoint tells it apart.
    struct Part: Decodable, Sendable {
        var content: String?
        /// As vLLM, SGLang and DeepSeek call it.
        var reasoningContent: String?
        /// As newer servers call it.
        var reasoning: String?

        private enum CodingKeys: String, CodingKey {
            case content, reasoning
            case reasoningContent = "reasoning_content"
        }
    }

    struct Choice: Decodable, Sendable {
        /// Of a streamed answer.
        var delta: Part?
        /// Of a whole one.
        var message: Part?
        var finishReason: String?

        private enum CodingKeys: String, CodingKey {
            case delta, message
            case finishReason = "finish_reason"
        }
    }

    var choices: [Choice]
    var usage: ChatUsage?
    var error: ServerError?

    private enum CodingKeys: String, CodingKey { case choices, usage, error }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        choices = try fields.decodeIfPresent([Choice].self, forKey: .choices) ?? []
        // A count that cannot be read is none: the answer is worth more.
        usage = try? fields.decodeIfPresent(ChatUsage.self, forKey: .usage)
        error = try fields.decodeIfPresent(ServerError.self, forKey: .error)
    }
}

/// An error as servers word it: `{"message": …}`, or a text.
struct ServerError: Decodable, Sendable {
    var message: String

    private enum CodingKeys: String, CodingKey { case message }

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            message = text
        } else {
            message = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .message)
        }
    }
}

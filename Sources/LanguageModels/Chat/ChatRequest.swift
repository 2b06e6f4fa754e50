import Foundation
import Policies
import Refinement

/// What is asked of `/v1/chat/completions`.
public struct ChatRequest: Sendable, Hashable {
    /// The model's name at the endpoint.
    public var model: String
    public var messages: [ChatMessage]
    /// The most tokens of the answer, thinking included.
    public var maxTokens: Int
    /// How much chance there is in the answer; nil leaves it to the endpoint.
    public var temperature: Double?
    /// Drives that chance, where the endpoint takes a seed.
    public var seed: Int?

    public init(model: String, messages: [ChatMessage], maxTokens: Int, temperature: Double? = nil, seed: Int? = nil) {
        self.model = model
        self.messages = messages
        self.maxTokens = maxTokens
        self.temperature = temperature
        self.seed = seed
    }

    /// The request as JSON; equal requests give equal bytes.
    func body(_ form: RequestForm) throws -> Data { try JSONText.data(Wire(request: self, form: form)) }

    /// A bound of the tokens that the messages can take: no token is shorter than a byte, and templates add a few to
    /// each message.
    var promptBound: Int { messages.reduce(16) { $0 + $1.content.utf8.count + 16 } }

    private struct Wire: Encodable {
        let request: ChatRequest
        let form: RequestForm

        enum Key: String, CodingKey {
            case model, messages, temperature, seed, stream
            case streamOptions = "stream_options"
            case maxTokens = "max_tokens"
            case maxCompletionTokens = "max_completion_tokens"
        }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: Key.self)
            try fields.encode(request.model, forKey: .model)
            try fields.encode(request.messages, forKey: .messages)
            try fields.encode(request.maxTokens, forKey: form.namesCompletion ? .maxCompletionTokens : .maxTokens)
            try fields.encode(form.streams, forKey: .stream)
            if form.streams, form.asksForUsage { try fields.encode(["include_usage": true], forKey: .streamOptions) }
            if form.hasTemperature { try fields.encodeIfPresent(request.temperature, forKey: .temperature) }
            if form.hasSeed { try fields.encodeIfPresent(request.seed, forKey: .seed) }
        }
    }
}

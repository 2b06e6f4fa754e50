/// What a language model was asked for one proposal, what it said, and what that cost: a sample for whoever trains one.
public struct Consultation: Sendable, Hashable, Codable {
    /// The model's name at its endpoint.
    public var model: String
    public var prompt: [ChatMessage]
    /// The answer without the thinking before it.
    public var answer: String
    /// What the model thought before it answered, which no later prompt shows; nil where it did not tell.
    public var reasoning: String?
    /// Requests that were made for it, failed ones included.
    public var requests: Int
    /// The tokens of all these requests.
    public var tokens: TokenUse
    /// Their price in the currency of the price list; nil without one.
    public var cost: Double?

    public init(
        model: String, prompt: [ChatMessage], answer: String, reasoning: String? = nil, requests: Int,
        tokens: TokenUse, cost: Double? = nil
    ) {
        self.model = model
        self.prompt = prompt
        self.answer = answer
        self.reasoning = reasoning
        self.requests = requests
        self.tokens = tokens
        self.cost = cost
    }
}

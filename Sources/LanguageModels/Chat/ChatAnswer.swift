import Policies

/// A model's answer that arrived whole, or as far as it was allowed to go.
public struct ChatAnswer: Sendable, Hashable {
    /// What was said, without thinking.
    public var content: String
    /// What was thought before; nil where the model did not tell.
    public var reasoning: String?
    /// Whether the limit of tokens ended it.
    public var isCutOff: Bool
    /// Requests that it took, failed ones included.
    public var requests: Int
    /// The tokens of all of them.
    public var tokens: TokenUse

    public init(
        content: String, reasoning: String? = nil, isCutOff: Bool = false, requests: Int = 1,
        tokens: TokenUse = TokenUse()
    ) {
        self.content = content
        self.reasoning = reasoning
        self.isCutOff = isCutOff
        self.requests = requests
        self.tokens = tokens
    }
}

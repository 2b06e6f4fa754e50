import Policies

/// The tokens that an endpoint counted.
public struct ChatUsage: Sendable, Hashable, Decodable {
    public var promptTokens: Int
    public var completionTokens: Int

    private enum CodingKeys: String, CodingKey {
        case promptTokens = "prompt_tokens"
        case completionTokens = "completion_tokens"
    }

    public init(promptTokens: Int, completionTokens: Int) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
    }

    /// The count as the ledger takes it; what no answer can have is cut, so that sums never overflow.
    var tokens: TokenUse {
        let limit = 1 << 40
        return TokenUse(
            prompt: min(max(promptTokens, 0), limit), completion: min(max(completionTokens, 0), limit))
    }
}

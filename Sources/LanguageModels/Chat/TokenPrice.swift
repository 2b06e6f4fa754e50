import Policies

/// What tokens cost at an endpoint, in any currency.
public struct TokenPrice: Sendable, Hashable {
    /// Of a million tokens of prompts.
    public var promptMillion: Double
    /// Of a million tokens of answers.
    public var completionMillion: Double

    public init(promptMillion: Double, completionMillion: Double) {
        self.promptMillion = promptMillion
        self.completionMillion = completionMillion
    }

    /// The price of some tokens.
    public func cost(of tokens: TokenUse) -> Double {
        (Double(tokens.prompt) * promptMillion + Double(tokens.completion) * completionMillion) / 1e6
    }
}

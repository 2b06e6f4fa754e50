/// The tokens that requests to a language model took.
public struct TokenUse: Sendable, Hashable, Codable {
    /// Tokens of what was asked.
    public var prompt: Int
    /// Tokens of what was answered, thinking included.
    public var completion: Int
    /// Whether the endpoint counted them; else they are upper bounds.
    public var isCounted: Bool

    public init(prompt: Int = 0, completion: Int = 0, isCounted: Bool = true) {
        self.prompt = prompt
        self.completion = completion
        self.isCounted = isCounted
    }

    /// Both together.
    public var total: Int { prompt + completion }

    /// The tokens of two uses; counted where both are.
    public static func + (left: TokenUse, right: TokenUse) -> TokenUse {
        TokenUse(
            prompt: left.prompt + right.prompt, completion: left.completion + right.completion,
            isCounted: left.isCounted && right.isCounted)
    }
}

import LanguageModels

extension ChatOptions {
    /// Everything that decides what the model is asked and what is recorded of it, as words of a command line. No key
    /// is among them: an endpoint with one in its address is refused.
    var words: [String] {
        let options: [(name: String, value: String?)] = [
            ("endpoint", endpoint), ("model", model), ("answer", answer.rawValue), ("max-tokens", "\(maxTokens)"),
            ("context-tokens", "\(contextTokens)"), ("budget-tokens", budgetTokens.map { "\($0)" }),
            ("temperature", temperature.map { "\($0)" }), ("price-in", priceIn.map { "\($0)" }),
            ("price-out", priceOut.map { "\($0)" }),
        ]
        return options.compactMap { option in option.value.map { "--\(option.name)=\($0)" } }
    }
}

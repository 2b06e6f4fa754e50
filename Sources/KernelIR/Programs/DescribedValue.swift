/// Values that are coded as their descriptions, such as `grouped(8)`.
extension Decoder {
    /// A value from its description.
    ///
    /// - Parameters:
    ///   - noun: what the value is, in an error.
    ///   - examples: descriptions that would do, in an error.
    package func described<Value: LosslessStringConvertible>(as noun: String, examples: String) throws -> Value {
        let container = try singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Value(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "unknown \(noun) \(text); \(noun)s: \(examples)")
        }
        return value
    }
}

extension String {
    /// The number in `word(number)`.
    package func parameter(of word: String) -> Int? {
        guard hasPrefix(word + "("), hasSuffix(")") else { return nil }
        return Int(dropFirst(word.count + 1).dropLast())
    }
}

/// Why an answer is no proposal: what is wrong, where, and what is expected, for the model that wrote it.
public struct AnswerError: Error, Sendable, Hashable, CustomStringConvertible {
    public var message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
}

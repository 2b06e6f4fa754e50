/// Thrown by a policy whose own budget is spent, such as a language model's tokens: no further turn begins, and the run
/// certifies the best so far.
public struct OutOfBudget: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line: what is spent, and how much of it there was.
    public var message: String

    public init(_ message: String) { self.message = message }

    public var description: String { message }
}

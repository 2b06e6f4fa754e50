/// Why an action is illegal in a state; the state is unchanged.
public struct ScheduleError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of rule was broken.
    public enum Code: String, Sendable, Hashable, Codable {
        /// A stage, loop or buffer of that name does not exist.
        case unknownName
        /// A parameter is outside its legal values.
        case illegalParameter
        /// The loops stand in a relation that does not allow it.
        case illegalOrder
        /// The program's data flow does not allow it.
        case illegalDataFlow
        /// Registers or memory would not suffice.
        case tooLarge
    }

    public var code: Code
    /// One line: what is wrong and where.
    public var message: String
    /// The legal choices.
    public var hint: String?

    public init(_ code: Code, _ message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    public var description: String { message + (hint.map { "; \($0)" } ?? "") }
}

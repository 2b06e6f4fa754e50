/// Why a PTX text was refused, where, and what would have been legal.
public struct PTXError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of refusal.
    public enum Code: String, Sendable, Hashable, Codable {
        /// The bytes form no token: a stray character, an open string or comment, a malformed number.
        case lexical
        /// The tokens form no directive or instruction.
        case syntax
        /// Legal PTX that this front end does not know: an opcode, a modifier, a directive.
        case unsupported
        /// A name that nothing in scope declares.
        case undeclared
        /// A name that the same scope declares twice.
        case redeclared
        /// An operand of the wrong kind, width or number.
        case operand
    }

    public var code: Code
    /// One line: what is wrong.
    public var message: String
    /// One line: the legal choices.
    public var hint: String?
    /// The line of the PTX text, counted from 1.
    public var line: Int
    /// The column in bytes, counted from 1; 0 when the whole line is meant.
    public var column: Int
    /// The opcode with its modifiers, when an instruction is refused.
    public var opcode: String?

    /// Makes an error; `message` says what is wrong, `hint` what would be legal there.
    public init(
        _ code: Code, _ message: String, hint: String? = nil, line: Int, column: Int = 0, opcode: String? = nil
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.line = line
        self.column = column
        self.opcode = opcode
    }

    public var description: String {
        let place = column > 0 ? "PTX line \(line):\(column)" : "PTX line \(line)"
        return place + ": " + (opcode.map { "\($0): " } ?? "") + message + (hint.map { "; \($0)" } ?? "")
    }
}

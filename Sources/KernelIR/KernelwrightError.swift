/// What went wrong, where, and what would have been legal; every module throws this shape or converts to it.
public struct KernelwrightError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure, which decides the exit code of the command line.
    public enum Code: String, Sendable, Hashable, Codable {
        /// The command line itself is wrong (exit code 2).
        case usage
        /// A file, a workload, a solution or a record is malformed or asks for something unsupported (exit code 3).
        case badInput
        /// A device, a package or a permission that the work needs is not there (exit code 4).
        case missingComponent
        /// The project contradicts itself: a defect to report.
        case internalInconsistency
    }

    public var code: Code
    /// One line: what is wrong and where.
    public var message: String
    /// One line: the legal choices, or the command that mends it.
    public var hint: String?
    /// The text of the underlying error.
    public var cause: String?

    /// Makes an error; `message` names the place, `hint` the legal choices.
    public init(_ code: Code, _ message: String, hint: String? = nil, cause: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.cause = cause
    }

    public var description: String {
        message + (hint.map { "; \($0)" } ?? "") + (cause.map { " (\($0))" } ?? "")
    }
}

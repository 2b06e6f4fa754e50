/// One message of the compiler or the assembler, and the place in the user's files that it is about.
public struct CUDADiagnostic: Sendable, Hashable, CustomStringConvertible {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable {
        case note, warning, error
    }

    /// Who said it.
    public enum Origin: String, Sendable, Hashable {
        /// The C++ front end; its places are its own.
        case compiler
        /// The assembler; its places are those of the PTX line that it complains of.
        case assembler
        /// NVRTC itself: an option, a limit.
        case driver
    }

    /// How bad it is.
    public var severity: Severity
    /// Who said it.
    public var origin: Origin
    /// One line.
    public var message: String
    /// The file under the name that it has in the source; nil where the message is about none.
    public var file: String?
    /// Counted from 1.
    public var line: Int?
    /// Counted from 1, in characters; nil where the compiler did not say it.
    public var column: Int?
    /// The front end's number, e.g. `177-D`.
    public var number: String?
    /// What led there, a line each, e.g. the template instantiation.
    public var notes: [String]

    /// Makes a message; what is not given is not known.
    public init(
        severity: Severity, origin: Origin, message: String, file: String? = nil, line: Int? = nil, column: Int? = nil,
        number: String? = nil, notes: [String] = []
    ) {
        (self.severity, self.origin, self.message) = (severity, origin, message)
        (self.file, self.line, self.column) = (file, line, column)
        (self.number, self.notes) = (number, notes)
    }

    /// `kernel.cu:3:7: error: …`, as far as the place is known.
    public var description: String {
        let place = [file, line.map(String.init), column.map(String.init)].compactMap { $0 }.joined(separator: ":")
        return (place.isEmpty ? "" : "\(place): ") + "\(severity.rawValue): \(message)"
    }
}

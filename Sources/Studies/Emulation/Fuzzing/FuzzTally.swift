/// What became of the texts of a fuzz study.
public struct FuzzTally: Sendable, Codable, Hashable {
    /// Something that must not happen.
    public struct Problem: Sendable, Codable, Hashable {
        public enum Kind: String, Sendable, Codable, Hashable {
            /// The process died.
            case crash
            /// No answer came within the time.
            case hang
            /// Memory of the host beside a buffer was written, or a buffer that is only read.
            case damage
            /// Two runs of the same launch on the same memory differ.
            case difference
        }

        public var kind: Kind
        /// The number of the text; the seed and the corpus give it.
        public var number: Int
        /// One line: the signal and the last words of the process, the buffer, or what differs.
        public var detail: String
        /// The file with the smallest text found that does the same.
        public var reproducer: String?

        public init(_ kind: Kind, _ number: Int, _ detail: String) {
            (self.kind, self.number, self.detail) = (kind, number, detail)
        }
    }

    public var texts = 0
    /// Texts that the parser read to their end.
    public var parsed = 0
    /// Texts that it refused, by kind of error.
    public var refused: [String: Int] = [:]
    /// Kernels that the emulator does not run, and launches that it refused.
    public var unsupported = 0
    public var unlaunched = 0
    /// Launches that ran to the end, and those that ended in a fault, by kind.
    public var completed = 0
    public var faults: [String: Int] = [:]
    /// Findings of sanitizers, by kind.
    public var findings: [String: Int] = [:]
    public var problems: [Problem] = []

    public init() {}

    public static func += (left: inout FuzzTally, right: FuzzTally) {
        left.texts += right.texts
        left.parsed += right.parsed
        left.refused.merge(right.refused, uniquingKeysWith: +)
        left.unsupported += right.unsupported
        left.unlaunched += right.unlaunched
        left.completed += right.completed
        left.faults.merge(right.faults, uniquingKeysWith: +)
        left.findings.merge(right.findings, uniquingKeysWith: +)
        left.problems += right.problems
    }
}

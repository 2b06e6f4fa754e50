import Rendering
import Workers

/// What an analysis of the kernels' memory accesses found, beside what runs on the device show.
public struct SecondOpinion: Sendable, Hashable, Codable {
    /// A fault at one place of a kernel.
    public struct Finding: Sendable, Hashable, Codable {
        /// What is wrong there.
        public enum Kind: String, Sendable, Hashable, Codable {
            /// Two work-items touch one location without an order between them.
            case race
            /// Work-items of a group disagree about a barrier.
            case divergence
            /// An access outside of every buffer.
            case outOfBounds
            /// A value that nobody wrote decides a branch or an address, or is stored.
            case uninitialized
        }

        public var kind: Kind
        public var kernel: String?
        /// In the solution's sources, counted from 1.
        public var line: Int?
        /// The analysis's own words.
        public var text: String

        public init(kind: Kind, kernel: String? = nil, line: Int? = nil, text: String) {
            (self.kind, self.kernel, self.line, self.text) = (kind, kernel, line, text)
        }
    }

    /// What gave it, e.g. `oclgrind`.
    public var tool: String
    /// What was found, in order, at most twenty.
    public var findings: [Finding]
    /// Why the analysis did not come to its end; nil where every launch was analysed.
    public var unfinished: String?
    /// Seconds it took.
    public var seconds: Double

    public init(tool: String, findings: [Finding] = [], unfinished: String? = nil, seconds: Double = 0) {
        (self.tool, self.findings, self.unfinished, self.seconds) = (tool, findings, unfinished, seconds)
    }

    /// The fault that makes the solution wrong whatever its outputs, or nil; uninitialized values are reported only,
    /// because a vector of which a part is used looks like one.
    var rejection: Rejection? {
        guard let finding = findings.first(where: { $0.kind != .uninitialized }) else { return nil }
        let place = finding.kernel.map { " in \($0)" } ?? ""
        let line = finding.line.map { ", line \($0)" } ?? ""
        return Rejection(
            finding.kind == .outOfBounds ? .outOfBounds : .race, "\(tool)\(place)\(line): \(finding.text)")
    }
}

/// Gives second opinions on solutions.
public protocol SecondExaminer: Sendable {
    /// Analyses one run of a solution on a set of buffers, whose outputs it overwrites.
    ///
    /// - Parameter operations: about how many scalar operations a run takes.
    func examine(_ solution: Solution, on buffers: BufferSet, operations: Int) async throws -> SecondOpinion
}

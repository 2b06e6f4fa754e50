import KernelIR
import Refinement

/// The record of an A/A experiment: its settings, then one outcome a line, each on disk before the next run begins.
public actor EqualityFile {
    /// What decides what a record holds; a record belongs to one.
    public struct Settings: Sendable, Hashable, Codable {
        /// Ids of the workloads.
        public var workloads: [String]
        /// The size at which they were traced.
        public var size: String
        public var busy: Bool

        public init(workloads: [String], size: String, busy: Bool) {
            (self.workloads, self.size, self.busy) = (workloads, size, busy)
        }
    }

    /// One line; exactly one field is there.
    private struct Line: Codable {
        var settings: Settings?
        var outcome: EqualityOutcome?
    }

    public private(set) var outcomes: [EqualityOutcome]
    private let file: LineFile

    /// Opens a record or begins it; a last line that was cut off is dropped.
    ///
    /// - Throws: `badInput` where the file is another experiment's, damaged, in use or not writable.
    public init(path: String, _ settings: Settings) throws(KernelwrightError) {
        file = try LineFile(path: path)
        let whole = try WholeLines<Line>(file.read(), place: path)
        try file.truncate(to: whole.validBytes)
        outcomes = whole.lines.compactMap(\.outcome)
        guard let first = whole.lines.first else {
            try file.append(Line(settings: settings))
            return
        }
        guard first.settings == settings else {
            throw KernelwrightError(
                .badInput, "\(path) is the record of another experiment",
                hint: "repeat its options, or choose another folder with --out")
        }
    }

    /// Adds an outcome.
    public func append(_ outcome: EqualityOutcome) throws(KernelwrightError) {
        try file.append(Line(outcome: outcome))
        outcomes.append(outcome)
    }
}

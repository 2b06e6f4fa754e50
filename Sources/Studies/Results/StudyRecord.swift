import KernelIR
import Refinement

/// The record of a study: its settings, then one outcome a line, each on disk before the next begins.
public actor StudyRecord<Settings: Codable & Equatable & Sendable, Outcome: Codable & Sendable> {
    /// One line; exactly one field is there.
    private struct Line: Codable {
        var settings: Settings?
        var outcome: Outcome?
    }

    public private(set) var outcomes: [Outcome]
    private let file: LineFile

    /// Opens a record or begins it; a last line that was cut off is dropped.
    ///
    /// - Throws: `badInput` where the file is another study's, damaged, in use or not writable.
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
                .badInput, "\(path) is the record of another study",
                hint: "repeat its options, or choose another folder with --out")
        }
    }

    /// Adds an outcome.
    public func append(_ outcome: Outcome) throws(KernelwrightError) {
        try file.append(Line(outcome: outcome))
        outcomes.append(outcome)
    }
}

import Foundation
import KernelIR
import Refinement

/// The record of a study: its settings, then one outcome a line, each on disk before the next begins.
public actor StudyFile {
    /// A workload that took no part, and why.
    public struct Skip: Sendable, Hashable, Codable {
        public var workload: String
        public var reason: String
    }

    /// One line; exactly one field is there.
    private struct Line: Codable {
        var settings: StudySettings?
        var outcome: StudyOutcome?
        var skip: Skip?
    }

    public private(set) var outcomes: [StudyOutcome] = []
    public private(set) var skips: [Skip] = []
    private let file: LineFile

    /// Opens a record or begins it; a last line that was cut off is dropped.
    ///
    /// - Throws: `badInput` where the file is another study's, damaged, in use or not writable.
    public init(path: String, _ settings: StudySettings) throws(KernelwrightError) {
        file = try LineFile(path: path)
        let whole = try WholeLines<Line>(file.read(), place: path)
        try file.truncate(to: whole.validBytes)
        guard let first = whole.lines.first else {
            try file.append(Line(settings: settings))
            return
        }
        guard first.settings == settings else {
            throw KernelwrightError(
                .badInput, "\(path) is the record of a study with other settings",
                hint: "repeat its options, or choose another folder with --out")
        }
        outcomes = whole.lines.compactMap(\.outcome)
    }

    /// The settings and the outcomes of a record that nobody writes.
    public static func read(_ path: String) throws(KernelwrightError) -> (StudySettings, [StudyOutcome]) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw KernelwrightError(.badInput, "\(path) does not exist", hint: "name a study's folder with --out")
        }
        let lines = try WholeLines<Line>(data, place: path).lines
        guard let settings = lines.first?.settings else {
            throw KernelwrightError(
                .badInput, "\(path) is no record of a study", hint: "name a study's folder with --out")
        }
        return (settings, lines.compactMap(\.outcome))
    }

    /// Adds an outcome.
    public func append(_ outcome: StudyOutcome) throws(KernelwrightError) {
        try file.append(Line(outcome: outcome))
        outcomes.append(outcome)
    }

    /// Notes a workload that takes no part.
    public func append(_ skip: Skip) throws(KernelwrightError) {
        try file.append(Line(skip: skip))
        skips.append(skip)
    }
}

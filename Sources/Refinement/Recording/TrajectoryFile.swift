import Foundation
import KernelIR

/// A trajectory file open for appending; every line is on disk when `append` returns.
///
/// The file is locked, so that two processes never write one record.
public final class TrajectoryFile {
    private let file: LineFile
    /// What the file held when it was opened, without a torn last line.
    public let contents: RecordContents

    /// Opens the record of a run, or begins one.
    ///
    /// - Throws: `badInput` when the file belongs to another run, is damaged, in use or not writable.
    public init(path: String, header: RecordHeader) throws(KernelwrightError) {
        file = try LineFile(path: path)
        guard let contents = try RecordContents(try file.read(), place: path) else {
            try file.truncate(to: 0)
            try file.append(RecordLine.header(header))
            self.contents = RecordContents(header: header)
            return
        }
        try contents.require(header.settings, place: path)
        try file.truncate(to: contents.validBytes)
        self.contents = contents
    }

    /// Writes one line and waits until it is on disk. A line that cannot be written whole is taken back.
    public func append(_ line: RecordLine) throws(KernelwrightError) { try file.append(line) }
}

import Foundation
import KernelIR
import Refinement

/// The exchanges of a run on disk, one JSON object a line; every line is there before the run goes on.
///
/// The file is locked, so that two processes never write one record.
public actor ExchangeFile {
    private let file: LineFile
    /// What the file held when it was opened, without a torn last line.
    public nonisolated let contents: [Exchange]

    /// Opens the record of a run, or begins one.
    ///
    /// - Throws: `badInput` when the file is damaged, in use or not writable.
    public init(path: String) throws(KernelwrightError) {
        let file = try LineFile(path: path)
        let whole = try WholeLines<Exchange>(try file.read(), place: path)
        try file.truncate(to: whole.validBytes)
        self.file = file
        contents = whole.lines
    }

    /// Writes one exchange and waits until it is on disk.
    public func append(_ exchange: Exchange) throws(KernelwrightError) { try file.append(exchange) }
}

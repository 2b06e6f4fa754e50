import Foundation
import KernelIR

/// A trajectory file open for appending; every line is on disk when `append` returns.
///
/// The file is locked, so that two processes never write one record.
public final class TrajectoryFile {
    private let path: String
    private let file: Int32
    /// What the file held when it was opened, without a torn last line.
    public let contents: RecordContents

    /// Opens the record of a run, or begins one.
    ///
    /// - Throws: `badInput` when the file belongs to another run, is damaged, in use or not writable.
    public init(path: String, header: RecordHeader) throws(KernelwrightError) {
        self.path = path
        file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw Self.failure(path, "cannot open") }
        do throws(KernelwrightError) {
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                throw KernelwrightError(
                    .badInput, "\(path) is in use by another run", hint: "choose another folder with --out")
            }
            contents = try Self.restore(path, file, header)
        } catch {
            close(file)
            throw error
        }
    }

    deinit { close(file) }

    /// Writes one line and waits until it is on disk. A line that cannot be written whole is taken back.
    public func append(_ line: RecordLine) throws(KernelwrightError) {
        try Self.append(line, to: file, path)
    }

    private static func restore(
        _ path: String, _ file: Int32, _ header: RecordHeader
    ) throws(KernelwrightError) -> RecordContents {
        let data: Data
        let length = lseek(file, 0, SEEK_END)
        do {
            data = length > 0 ? try Data(contentsOf: URL(fileURLWithPath: path)) : Data()
        } catch {
            throw failure(path, "cannot read")
        }
        guard let contents = try RecordContents(data, place: path) else {
            guard length == 0 || ftruncate(file, 0) == 0 else { throw failure(path, "cannot write") }
            try append(.header(header), to: file, path)
            return RecordContents(header: header)
        }
        guard contents.header.settings == header.settings else {
            throw KernelwrightError(
                .badInput, "\(path) holds another run: \(contents.header.settings.difference(from: header.settings))",
                hint: "repeat that run's options to resume it, or choose another folder with --out")
        }
        guard ftruncate(file, contents.validBytes) == 0 else { throw failure(path, "cannot write") }
        return contents
    }

    private static func append(_ line: RecordLine, to file: Int32, _ path: String) throws(KernelwrightError) {
        var bytes: Data
        do {
            bytes = try JSONText.data(line)
        } catch {
            throw KernelwrightError(.internalInconsistency, "a turn has no JSON form", cause: "\(error)")
        }
        bytes.append(UInt8(ascii: "\n"))
        let length = lseek(file, 0, SEEK_END)
        guard writeAll(bytes, to: file), fsync(file) == 0 else {
            let error = failure(path, "cannot write")
            _ = ftruncate(file, length)
            throw error
        }
    }

    private static func writeAll(_ bytes: Data, to file: Int32) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let written = write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written < 0 {
                    if errno == EINTR { continue }
                    return false
                }
                rest = rest.dropFirst(written)
            }
            return true
        }
    }

    private static func failure(_ path: String, _ what: String) -> KernelwrightError {
        KernelwrightError(
            .badInput, "\(what) \(path): \(String(cString: strerror(errno)))",
            hint: "choose a folder on a disk with room that you may write to")
    }
}

extension RunSettings {
    /// The names of the settings in which two runs differ, with both values.
    func difference(from other: RunSettings) -> String {
        let pairs = zip(Mirror(reflecting: self).children, Mirror(reflecting: other).children)
        return pairs.compactMap { mine, theirs in
            let (mine, name) = ("\(mine.value)", mine.label ?? "")
            let asked = "\(theirs.value)"
            return mine == asked ? nil : "its \(name) is \(mine), asked for \(asked)"
        }.joined(separator: ", ")
    }
}

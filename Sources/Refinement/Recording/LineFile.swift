import Foundation
import KernelIR

/// A file of JSON lines open for appending; every line is on disk when `append` returns.
///
/// The file is locked, so that two processes never write one record.
public final class LineFile {
    private let path: String
    private let file: Int32

    /// Opens the file or begins an empty one.
    ///
    /// - Throws: `badInput` when it is in use or not writable.
    public init(path: String) throws(KernelwrightError) {
        self.path = path
        file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw Self.failure(path, "cannot open") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            throw KernelwrightError(
                .badInput, "\(path) is in use by another run", hint: "choose another folder with --out")
        }
    }

    /// Unlocks before it closes: a process that is being spawned right now may hold a copy of the descriptor, and with
    /// it the lock.
    deinit {
        flock(file, LOCK_UN)
        close(file)
    }

    /// What the file holds.
    public func read() throws(KernelwrightError) -> Data {
        guard lseek(file, 0, SEEK_END) > 0 else { return Data() }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw Self.failure(path, "cannot read")
        }
    }

    /// Drops what follows the first `length` bytes.
    public func truncate(to length: Int) throws(KernelwrightError) {
        guard lseek(file, 0, SEEK_END) <= length || ftruncate(file, off_t(length)) == 0 else {
            throw Self.failure(path, "cannot write")
        }
    }

    /// Writes one line and waits until it is on disk. A line that cannot be written whole is taken back.
    public func append(_ line: some Encodable) throws(KernelwrightError) {
        var bytes: Data
        do {
            bytes = try JSONText.data(line)
        } catch {
            throw KernelwrightError(.internalInconsistency, "a line of \(path) has no JSON form", cause: "\(error)")
        }
        bytes.append(UInt8(ascii: "\n"))
        let length = lseek(file, 0, SEEK_END)
        guard Self.writeAll(bytes, to: file), fsync(file) == 0 else {
            let error = Self.failure(path, "cannot write")
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

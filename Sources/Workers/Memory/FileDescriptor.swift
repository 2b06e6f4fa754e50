import CSandbox
import Glibc

/// Owns a file descriptor and closes it at the end.
final class FileDescriptor: Sendable {
    let raw: Int32

    /// Takes over what a system call returned; -1 becomes the error it stands for.
    init(_ raw: Int32) throws(SystemError) {
        guard raw >= 0 else { throw SystemError(code: errno) }
        self.raw = raw
    }

    deinit { close(raw) }

    /// The file's bytes from the beginning, at most `limit`.
    func contents(limit: Int = .max) throws(SystemError) -> [UInt8] {
        var status = stat()
        try SystemError.check(fstat(raw, &status))
        var bytes = [UInt8](repeating: 0, count: min(Int(status.st_size), limit))
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { pread(raw, $0.baseAddress! + done, $0.count - done, done) }
            if count < 0 { throw SystemError(code: errno) }
            if count == 0 { break }
            done += count
        }
        return Array(bytes.prefix(done))
    }

    /// A new anonymous file with the given contents.
    static func shared(_ bytes: [UInt8]) throws(SystemError) -> FileDescriptor {
        let file = try FileDescriptor(sandbox_shared_file("kernelwright"))
        try file.write(bytes)
        return file
    }

    /// Writes all bytes at the current position.
    func write(_ bytes: [UInt8]) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(raw, $0.baseAddress! + done, $0.count - done) }
            if count < 0 { throw SystemError(code: errno) }
            done += count
        }
    }
}

/// A failed system call.
struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    var code: Int32
    var description: String { String(cString: strerror(code)) }

    /// Throws what `errno` says when a call returned -1.
    static func check(_ result: Int32) throws(SystemError) {
        if result == -1 { throw SystemError(code: errno) }
    }
}

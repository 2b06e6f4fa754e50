import Foundation
import Glibc
import KernelIR

/// A folder that only this user can read and that is gone when the work in it is done.
enum TemporaryFolder {
    /// Makes a folder in `place`, passes it on and removes it, whatever happens.
    ///
    /// - Throws: `missingComponent` where no folder can be made; what `body` throws.
    static func with<Value>(
        in place: URL, _ body: (URL) throws(KernelwrightError) -> Value
    ) throws(KernelwrightError) -> Value {
        var template = Array(place.appendingPathComponent("kernelwright-cuda-XXXXXX").path.utf8CString)
        guard mkdtemp(&template) != nil else {
            let cause = String(cString: strerror(errno))
            throw KernelwrightError(
                .missingComponent, "no temporary folder can be made in \(place.path)", cause: cause)
        }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(URL(fileURLWithPath: path))
    }

    /// Writes a file that the next program reads.
    ///
    /// - Throws: `missingComponent` where the disk does not take it.
    static func write(_ bytes: [UInt8], to file: URL) throws(KernelwrightError) {
        do {
            try Data(bytes).write(to: file)
        } catch {
            throw KernelwrightError(.missingComponent, "\(file.path) cannot be written", cause: "\(error)")
        }
    }
}

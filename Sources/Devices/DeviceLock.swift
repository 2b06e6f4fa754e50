import FoundationEssentials
import Glibc
import KernelIR

/// One process's right to use a device, by a locked file: two processes on one GPU would each measure the other too.
///
/// The lock goes with the object, or with the process however that ends (flock(2)).
public final class DeviceLock: Sendable {
    private let file: Int32

    /// - Parameters:
    ///   - name: what the processes call the device.
    ///   - folder: made when first needed.
    ///   - waits: false throws where another process has the device.
    /// - Throws: `badInput` where the file cannot be opened, or is locked.
    public init(_ name: String, in folder: String, waits: Bool) throws(KernelwrightError) {
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/\(name).lock"
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else {
            throw KernelwrightError(
                .badInput, "\(path) cannot be opened", hint: "choose a folder that can be written",
                cause: String(cString: strerror(errno)))
        }
        while flock(file, waits ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
            guard errno != EINTR else { continue }
            let cause = String(cString: strerror(errno))
            close(file)
            throw KernelwrightError(
                .badInput, "\(name) is in use by another process", hint: "wait for it to end", cause: cause)
        }
        self.file = file
    }

    /// Unlocks before it closes: a process that is being spawned right now may hold a copy of the descriptor.
    deinit {
        flock(file, LOCK_UN)
        close(file)
    }
}

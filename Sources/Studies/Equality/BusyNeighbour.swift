import Foundation
import KernelIR

/// A process that keeps one core busy until it is stopped, as other people's work on a machine does.
public final class BusyNeighbour {
    private let process = Process()

    /// Starts it; throws `missingComponent` where there is no shell.
    public init() throws(KernelwrightError) {
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // Ends by itself when the parent is gone: nobody wants its heat then.
        let work = "i=0; while [ $i -lt 99999 ]; do i=$((i+1)); done"
        process.arguments = ["-c", "while kill -0 \(getpid()) 2>/dev/null; do \(work); done"]
        process.standardInput = FileHandle.nullDevice
        do { try process.run() } catch {
            throw KernelwrightError(.missingComponent, "cannot start /bin/sh", cause: error.localizedDescription)
        }
    }

    /// Ends it.
    public func stop() {
        // A child inherits which signals are blocked; this one cannot be.
        kill(process.processIdentifier, SIGKILL)
    }
}

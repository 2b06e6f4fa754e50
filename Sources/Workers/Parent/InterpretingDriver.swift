import FoundationEssentials
import Glibc
import KernelIR

/// An OpenCL driver that interprets kernels and looks for their faults; workers load it in place of the system's drivers.
public struct InterpretingDriver: Sendable, Hashable {
    /// The path of its library.
    public var library: String
    /// What it is told by its environment.
    public var environment: [String: String]

    /// What Oclgrind looks for beside accesses outside of buffers and barriers that work-items disagree about.
    public enum Detector: String, Sendable, Hashable {
        case races = "OCLGRIND_DATA_RACES"
        /// Takes some four times as long.
        case uninitialized = "OCLGRIND_UNINITIALIZED"
    }

    /// Oclgrind, as Debian's package `oclgrind` installs it (https://github.com/jrprice/Oclgrind/wiki).
    ///
    /// - Throws: `missingComponent` where it is not installed.
    public static func oclgrind(_ detector: Detector) throws(KernelwrightError) -> InterpretingDriver {
        guard access(oclgrindLibrary, R_OK) == 0 else {
            throw KernelwrightError(
                .missingComponent, "Oclgrind is not installed", hint: "./kw setup oclgrind")
        }
        return InterpretingDriver(
            library: oclgrindLibrary,
            environment: [
                detector.rawValue: "1", "OCLGRIND_MAX_ERRORS": "20",
                // Groups one after another: what is found then does not depend on how threads were scheduled.
                "OCLGRIND_NUM_THREADS": "1",
            ])
    }

    /// Whether `oclgrind()` finds it.
    public static var isOclgrindHere: Bool { access(oclgrindLibrary, R_OK) == 0 }

    private static let oclgrindLibrary = "/usr/lib/oclgrind/liboclgrind-rt-icd.so"
}

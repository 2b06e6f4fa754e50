import Devices

/// How a candidate failed in a worker: data for a verdict, one case per status that a worker can tell.
public enum WorkerFailure: Error, Sendable, Hashable, Codable {
    /// The compiler refused the sources.
    case compileError(log: String)
    /// The launch plan contradicts the kernels or the device's limits.
    case invalidPlan(String)
    /// The driver refused a launch.
    case launchError(String)
    /// The worker died of a signal that names no better cause.
    case crashed(signal: Int32, detail: String)
    /// The deadline passed.
    case timedOut(seconds: Double)
    /// Memory ran out: the driver, the compiler or the kernel's own demand.
    case outOfMemory(String)
    /// The code asked the kernel for something outside its allow-list.
    case sandboxViolation(systemCall: String?)
    /// A guard area beside a buffer was written or touched.
    case outOfBounds(buffer: String)
    /// An input or a parameter was written.
    case inputModified(buffer: String)
    /// An emulator saw the kernel do something wrong.
    case fault(DeviceFault)

    /// The verdict's word for this failure.
    public var status: String {
        switch self {
        case .compileError: "compileError"
        case .invalidPlan: "invalidPlan"
        case .launchError: "launchError"
        case .crashed: "crashed"
        case .timedOut: "timedOut"
        case .outOfMemory: "outOfMemory"
        case .sandboxViolation: "sandboxViolation"
        case .outOfBounds: "outOfBounds"
        case .inputModified: "inputModified"
        case .fault(let fault): fault.status
        }
    }

    /// One line for a person; a compiler's log may run over several.
    public var message: String {
        switch self {
        case .compileError(let log): log
        case .invalidPlan(let text), .launchError(let text), .outOfMemory(let text): text
        case .crashed(signal: 0, let detail): detail.isEmpty ? "the worker ended" : detail
        case .crashed(let signal, let detail):
            "the worker died of signal \(signal)" + (detail.isEmpty ? "" : ": \(detail)")
        case .timedOut(let seconds): "no answer within \(seconds) s"
        case .sandboxViolation(let call): "the code issued the system call \(call ?? "(unknown)")"
        case .outOfBounds(let buffer): "the memory beside buffer '\(buffer)' was touched"
        case .inputModified(let buffer): "the input '\(buffer)' was written"
        case .fault(let fault): fault.message
        }
    }
}

extension DeviceFault {
    fileprivate var status: String {
        switch kind {
        case .outOfBounds: "outOfBounds"
        case .readOnly: "inputModified"
        case .race: "race"
        case .other: "launchError"
        }
    }
}

/// Why a launch has no profile.
public enum ProfilingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No driver would launch it, or the emulator cannot run the kernel.
    case refused(SIMTError)
    /// The GPU cannot hold a single block of it.
    case unlaunchable(LaunchError)
    /// A sampled block ended with a fault.
    case faulted(SIMTFault)

    public var description: String {
        switch self {
        case .refused(let error): error.description
        case .unlaunchable(let error): error.description
        case .faulted(let fault): fault.description
        }
    }
}

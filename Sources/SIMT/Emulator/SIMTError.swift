/// Why a launch was refused before anything ran.
public struct SIMTError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of refusal.
    public enum Code: String, Sendable, Hashable, Codable {
        /// The module has no kernel of that name.
        case unknownKernel
        /// The kernel holds something the emulator cannot run; `ptx` says what and where.
        case unsupported
        /// The arguments do not fit the parameters of the kernel.
        case arguments
        /// The grid, the block or the shared memory is not one a device would take.
        case configuration
        /// The module has no variable of that name.
        case unknownVariable
    }

    public var code: Code
    /// One line: what is wrong, and what would be legal.
    public var message: String
    /// The place in the PTX text, for `unsupported`.
    public var ptx: PTXError?

    public init(_ code: Code, _ message: String, ptx: PTXError? = nil) {
        self.code = code
        self.message = message
        self.ptx = ptx
    }

    public var description: String { message }
}

/// Why a kernel cannot be launched on a GPU at all, with the legal range.
public struct LaunchError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The resource that a single block exceeds, or the input that makes no sense.
    public enum Code: String, Sendable, Hashable, Codable {
        case threads, registers, sharedMemory, carveOut
        /// An empty or negative extent, or a count below zero.
        case extent
        /// Matrix instructions of a format that the GPU's tensor cores do not have.
        case tensorFormat
    }

    public var code: Code
    /// One line: what is wrong.
    public var message: String
    /// One line: what is legal.
    public var hint: String

    public init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    public var description: String { message + "; " + hint }
}

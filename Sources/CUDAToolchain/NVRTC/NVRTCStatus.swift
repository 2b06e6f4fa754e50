/// A result of NVRTC; zero is success (https://docs.nvidia.com/cuda/nvrtc/#error-handling).
public struct NVRTCStatus: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The code.
    public var rawValue: Int32
    /// Wraps a code, known or not.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The source was compiled.
    public static let success = NVRTCStatus(rawValue: 0)
    /// The source, or the machine, takes too much.
    public static let outOfMemory = NVRTCStatus(rawValue: 1)
    /// A string that NVRTC cannot take.
    public static let invalidInput = NVRTCStatus(rawValue: 3)
    /// An option that NVRTC does not know, or cannot use with this architecture.
    public static let invalidOption = NVRTCStatus(rawValue: 5)
    /// The compiler or the assembler refused the source.
    public static let compilation = NVRTCStatus(rawValue: 6)
    /// `libnvrtc-builtins` is missing or of another version.
    public static let builtinOperationFailure = NVRTCStatus(rawValue: 7)
    /// A name expression that names nothing.
    public static let nameExpressionNotValid = NVRTCStatus(rawValue: 10)
    /// The deadline passed.
    public static let cancelled = NVRTCStatus(rawValue: 16)

    /// The constant's name in `nvrtc.h`, without its `NVRTC_ERROR_`.
    public var description: String {
        Self.names.indices.contains(Int(rawValue)) ? Self.names[Int(rawValue)] : "NVRTC error \(rawValue)"
    }

    private static let names = [
        "SUCCESS", "OUT_OF_MEMORY", "PROGRAM_CREATION_FAILURE", "INVALID_INPUT", "INVALID_PROGRAM", "INVALID_OPTION",
        "COMPILATION", "BUILTIN_OPERATION_FAILURE", "NO_NAME_EXPRESSIONS_AFTER_COMPILATION",
        "NO_LOWERED_NAMES_BEFORE_COMPILATION", "NAME_EXPRESSION_NOT_VALID", "INTERNAL_ERROR", "TIME_FILE_WRITE_FAILED",
        "NO_PCH_CREATE_ATTEMPTED", "PCH_CREATE_HEAP_EXHAUSTED", "PCH_CREATE", "CANCELLED",
        "TIME_TRACE_FILE_WRITE_FAILED", "BUSY",
    ]
}

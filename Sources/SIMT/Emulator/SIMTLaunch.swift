/// One launch of a kernel.
public struct SIMTLaunch: Sendable, Hashable {
    /// The name of the kernel in the PTX text.
    public var kernel: String
    /// Blocks of the grid.
    public var grid: SIMTExtent
    /// Threads of a block.
    public var block: SIMTExtent
    /// Bytes of shared memory that the launch adds to what the kernel declares.
    public var dynamicSharedBytes: Int
    /// One for each parameter, in order.
    public var arguments: [SIMTArgument]

    public init(
        kernel: String, grid: SIMTExtent, block: SIMTExtent, dynamicSharedBytes: Int = 0,
        arguments: [SIMTArgument] = []
    ) {
        self.kernel = kernel
        self.grid = grid
        self.block = block
        self.dynamicSharedBytes = dynamicSharedBytes
        self.arguments = arguments
    }
}

/// The value of a kernel's parameter.
public enum SIMTArgument: Sendable, Hashable {
    /// A generic address, as `GlobalMemory` gives them.
    case pointer(UInt64)
    case int32(Int32)
    case uint32(UInt32)
    case int64(Int64)
    case uint64(UInt64)
    case float(Float)
    case double(Double)
    /// Anything else, e.g. a structure or a half; little endian, as many bytes as the parameter has.
    case bytes([UInt8])

    /// The value as the parameter block holds it.
    var encoded: [UInt8] {
        switch self {
        case .pointer(let value), .uint64(let value): Self.bytes(of: value)
        case .int64(let value): Self.bytes(of: value)
        case .int32(let value): Self.bytes(of: value)
        case .uint32(let value): Self.bytes(of: value)
        case .float(let value): Self.bytes(of: value.bitPattern)
        case .double(let value): Self.bytes(of: value.bitPattern)
        case .bytes(let bytes): bytes
        }
    }

    private static func bytes(of value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}

/// The element type of a tensor, named as PyTorch names it.
public enum DType: String, Sendable, Hashable, Codable, CaseIterable {
    case float32, float16, bfloat16, float64, int8, uint8, int16, uint16, int32, uint32, int64, uint64, bool

    /// Bytes of one element in memory.
    public var byteCount: Int {
        switch self {
        case .int8, .uint8, .bool: 1
        case .float16, .bfloat16, .int16, .uint16: 2
        case .float32, .int32, .uint32: 4
        case .float64, .int64, .uint64: 8
        }
    }

    /// Whether arithmetic in this type rounds.
    public var isFloatingPoint: Bool {
        switch self {
        case .float32, .float16, .bfloat16, .float64: true
        default: false
        }
    }

    /// Whether values take 16 bits in memory and are computed in float32: there is no arithmetic in the type.
    public var isNarrow: Bool { self == .float16 || self == .bfloat16 }

    /// The type in which values of this type are computed once they are loaded.
    public var inRegisters: DType { isNarrow ? .float32 : self }

    /// Whether the type counts in whole numbers; booleans do not.
    public var isInteger: Bool { !isFloatingPoint && self != .bool }

    /// Whether the type has no negative numbers.
    public var isUnsigned: Bool {
        switch self {
        case .uint8, .uint16, .uint32, .uint64: true
        default: false
        }
    }

    /// The least and the greatest number; infinities for floating-point types.
    ///
    /// The greatest 64-bit integers are no `Double`: the next power of two stands for them, which interpreters compare
    /// rightly and kernels hold as the greatest integer itself.
    public var range: ClosedRange<Double> {
        switch self {
        case .float64, .float32, .float16, .bfloat16: -Double.infinity...Double.infinity
        case .int8: Double(Int8.min)...Double(Int8.max)
        case .uint8: 0...Double(UInt8.max)
        case .int16: Double(Int16.min)...Double(Int16.max)
        case .uint16: 0...Double(UInt16.max)
        case .int32: Double(Int32.min)...Double(Int32.max)
        case .uint32: 0...Double(UInt32.max)
        case .int64: -0x1p63...0x1p63
        case .uint64: 0...0x1p64
        case .bool: 0...1
        }
    }
}

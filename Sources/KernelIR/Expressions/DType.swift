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
}

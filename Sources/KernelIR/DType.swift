/// The element type of a tensor, named as PyTorch names it.
public enum DType: String, Sendable, Hashable, Codable, CaseIterable {
    case float32, float16, bfloat16, float64, int8, int32, int64, bool

    /// Bytes of one element in memory.
    public var byteCount: Int {
        switch self {
        case .int8, .bool: 1
        case .float16, .bfloat16: 2
        case .float32, .int32: 4
        case .float64, .int64: 8
        }
    }

    /// Whether arithmetic in this type rounds.
    public var isFloatingPoint: Bool {
        switch self {
        case .float32, .float16, .bfloat16, .float64: true
        case .int8, .int32, .int64, .bool: false
        }
    }
}

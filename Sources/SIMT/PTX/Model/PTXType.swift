/// A type of PTX, named as PTX names it: of a register, a variable, or the modifier of an instruction.
public enum PTXType: String, Sendable, Hashable, Codable, CaseIterable {
    case pred
    case b1, b8, b16, b32, b64, b128
    case u4, u8, u16, u32, u64, u16x2
    case s4, s8, s16, s32, s64, s16x2
    case f16, f16x2, bf16, bf16x2, tf32, f32, f32x2, f64
    case e4m3, e5m2, e4m3x2, e5m2x2

    /// What the bits of a type mean.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// True or false.
        case predicate
        /// Bits without meaning.
        case bits
        case unsigned
        case signed
        case float
    }

    /// What the bits mean; of a packed type, what the bits of one element mean.
    public var kind: Kind {
        switch self {
        case .pred: .predicate
        case .b1, .b8, .b16, .b32, .b64, .b128: .bits
        case .u4, .u8, .u16, .u32, .u64, .u16x2: .unsigned
        case .s4, .s8, .s16, .s32, .s64, .s16x2: .signed
        default: .float
        }
    }

    /// Bits of one value; 1 for a predicate, 32 for tf32, which lives in a 32-bit register.
    public var bitWidth: Int {
        switch self {
        case .pred, .b1: 1
        case .u4, .s4: 4
        case .b8, .u8, .s8, .e4m3, .e5m2: 8
        case .b16, .u16, .s16, .f16, .bf16, .e4m3x2, .e5m2x2: 16
        case .b32, .u32, .s32, .u16x2, .s16x2, .f16x2, .bf16x2, .tf32, .f32: 32
        case .b64, .u64, .s64, .f32x2, .f64: 64
        case .b128: 128
        }
    }

    /// Bytes of one value in memory; 1 for everything narrower than a byte.
    public var byteCount: Int { (bitWidth + 7) / 8 }

    /// Elements side by side in one value: 2 for packed types, else 1.
    public var lanes: Int { element == self ? 1 : 2 }

    /// The type of one element of a packed type; any other type itself.
    public var element: PTXType {
        switch self {
        case .u16x2: .u16
        case .s16x2: .s16
        case .f16x2: .f16
        case .bf16x2: .bf16
        case .f32x2: .f32
        case .e4m3x2: .e4m3
        case .e5m2x2: .e5m2
        default: self
        }
    }

    public var isFloatingPoint: Bool { kind == .float }
    public var isSigned: Bool { kind == .signed }

    /// Whether values are whole numbers, signed or not; bits without meaning are not.
    public var isInteger: Bool { kind == .signed || kind == .unsigned }
}

/// The format of the operands of a warp's matrix product, which decides its shape: 16 rows, 8 columns, and 16 or 8
/// steps of the sum.
///
/// Source: PTX ISA, "Matrix multiply-accumulate operation using mma instruction" (`m16n8k16` with `.f16` and `.bf16`,
/// `m16n8k8` with `.tf32`; all three from sm_80 on).
public enum MatrixFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// 11 significant bits, at most 65504.
    case float16
    /// 8 significant bits, the range of float32.
    case bfloat16
    /// 11 significant bits, the range of float32; 32 bits in memory.
    case tf32

    /// Rows of the left operand and of the result.
    public static let rows = 16
    /// Columns of the right operand and of the result.
    public static let columns = 8
    /// Work-items that compute one product together, each of which holds four results.
    public static let lanes = 32

    /// The formats that GPUs of an architecture have, such as 86 for sm_86.
    package static func all(ofArchitecture architecture: Int) -> [MatrixFormat] {
        architecture >= 80 ? allCases : []
    }

    /// Columns of the left operand, which are rows of the right one.
    public var depth: Int { self == .tf32 ? 8 : 16 }

    /// The type in memory whose values are operands as they are; values of tf32 have no type of their own.
    public var storage: DType {
        switch self {
        case .float16: .float16
        case .bfloat16: .bfloat16
        case .tf32: .float32
        }
    }

    /// Whether elements of a type may be operands: those of the format itself, and float32, which is rounded to it.
    public func takes(_ type: DType) -> Bool { type == storage || type == .float32 }

    /// Whether sums may be kept in a type.
    public func accumulates(in type: DType) -> Bool { type == .float32 || (self == .float16 && type == .float16) }

    /// The operand that a float32 value becomes: the nearest one of the format, ties to even, for tf32 away from zero.
    public func rounded(_ value: Double) -> Double {
        switch self {
        case .float16: return roundedToHalf(value)
        case .bfloat16: return roundedToBrain(value)
        case .tf32:
            guard value.isFinite else { return value }
            // 13 of the 23 stored digits are dropped, of which the first decides; a carry may reach the exponent.
            return Double(Float(bitPattern: (Float(value).bitPattern &+ 0x1000) & ~0x1fff))
        }
    }

    /// The sum with one more product, as one fused operation in float32 on rounded operands, or in double precision.
    func adding(_ left: Double, _ right: Double, to sum: Double, _ arithmetic: Arithmetic) -> Double {
        guard arithmetic == .declared else { return sum + left * right }
        return Double(Float(sum).addingProduct(Float(rounded(left)), Float(rounded(right))))
    }
}

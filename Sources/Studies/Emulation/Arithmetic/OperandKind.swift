/// What stands in the register of an operand.
enum OperandKind: Sendable, Hashable {
    case float(FloatFormat)
    /// A wide number beside those of a narrower format: one of them, or near the middle of two.
    case beside(FloatFormat, of: FloatFormat)
    /// A number with an exponent in the range, of 2.
    case scaled(FloatFormat, ClosedRange<Int>)
    /// Two numbers of 16 bits, the first one low.
    case pair(FloatFormat)
    /// A whole number of that many bits; what stands above it means nothing.
    case whole(Int)

    /// Bits of the register.
    var width: Int {
        switch self {
        case .float(let format), .scaled(let format, _), .beside(_, of: let format): format.width
        case .pair: 32
        case .whole(let bits): max(bits, 32)
        }
    }

    /// How many patterns there are, if they are few enough to try them all.
    var patterns: Int? {
        switch self {
        case .float(let format), .pair(let format): format.width == 16 ? 1 << 16 : nil
        case .whole(let bits): bits <= 16 ? 1 << 16 : nil
        case .beside, .scaled: nil
        }
    }

    /// Pattern number `index` of them all.
    func pattern(_ index: Int) -> UInt64 {
        let low = UInt64(index & 0xffff)
        switch self {
        // Multiplied by an odd number, the high part takes every value too.
        case .pair, .whole: return low | ((low &* 40_503 &+ 12_345) & 0xffff) << 16
        default: return low
        }
    }
}

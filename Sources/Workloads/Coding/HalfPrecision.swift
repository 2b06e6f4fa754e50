/// The two 16-bit floating-point formats as bit patterns, rounded to nearest, ties to even.
public enum HalfPrecision {
    /// IEEE 754 binary16; beyond 65504 infinity.
    public static func float16(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
        guard value.isFinite else { return sign | (value.isNaN ? 0x7E00 : 0x7C00) }
        let magnitude = value.magnitude
        if magnitude >= 65520 { return sign | 0x7C00 }
        if magnitude < 0x1p-14 {
            // Subnormal: a multiple of 2⁻²⁴.
            return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
        }
        let kept = magnitude.bitPattern &- (112 << 23)
        return sign | UInt16(truncatingIfNeeded: (kept &+ 0xFFF &+ (kept >> 13 & 1)) >> 13)
    }

    public static func float(float16 bits: UInt16) -> Float {
        let sign: Float = bits & 0x8000 == 0 ? 1 : -1
        let (exponent, fraction) = (UInt32(bits >> 10 & 31), UInt32(bits & 0x3FF))
        switch exponent {
        case 0: return sign * Float(fraction) * 0x1p-24
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * Float(bitPattern: (exponent + 112) << 23 | fraction << 13)
        }
    }

    /// The upper half of binary32.
    public static func bfloat16(_ value: Float) -> UInt16 {
        if value.isNaN { return 0x7FC0 }
        let bits = value.bitPattern
        return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
    }

    public static func float(bfloat16 bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
}

/// A binary floating-point format of IEEE 754, with infinities, NaN and subnormal numbers.
///
/// Shares nothing with the emulator: numbers are whole ones with an exponent, and `ExactNumber.count` rounds.
struct FloatFormat: Sendable, Hashable {
    /// Bits after the leading one.
    let fractionBits: Int
    let exponentBits: Int

    static let half = FloatFormat(fractionBits: 10, exponentBits: 5)
    static let bfloat = FloatFormat(fractionBits: 7, exponentBits: 8)
    /// Without the 13 bits below, which a register of 32 bits has more.
    static let tensorFloat = FloatFormat(fractionBits: 10, exponentBits: 8)
    static let single = FloatFormat(fractionBits: 23, exponentBits: 8)
    static let double = FloatFormat(fractionBits: 52, exponentBits: 11)

    var width: Int { 1 + exponentBits + fractionBits }
    var mask: UInt64 { ~0 >> UInt64(64 - width) }
    var signBit: UInt64 { 1 << UInt64(width - 1) }
    var infinity: UInt64 { (1 << UInt64(exponentBits) - 1) << UInt64(fractionBits) }
    /// The one PTX calls canonical.
    var canonicalNaN: UInt64 { signBit - 1 }
    var one: UInt64 { UInt64(bias) << UInt64(fractionBits) }
    var largest: UInt64 { infinity - 1 }
    var leastNormal: UInt64 { 1 << UInt64(fractionBits) }

    private var bias: Int { 1 << (exponentBits - 1) - 1 }
    /// The exponent of the least subnormal number.
    private var leastExponent: Int { 1 - bias - fractionBits }

    // MARK: Patterns

    func isNaN(_ bits: UInt64) -> Bool { bits & (signBit - 1) > infinity }

    func isSubnormal(_ bits: UInt64) -> Bool { bits & infinity == 0 && bits & (signBit - 1) != 0 }

    /// The pattern, or a zero of the same sign in place of a subnormal number.
    func flushed(_ bits: UInt64) -> UInt64 { isSubnormal(bits) ? bits & signBit : bits }

    /// Whether two patterns are the same number, all NaNs being one.
    func isSame(_ a: UInt64, _ b: UInt64) -> Bool { a & mask == b & mask || (isNaN(a) && isNaN(b)) }

    // MARK: Values

    /// What the low bits of the pattern mean.
    func value(_ bits: UInt64) -> FloatValue {
        let isNegative = bits & signBit != 0
        let fraction = bits & (leastNormal - 1)
        let exponent = Int((bits & infinity) >> UInt64(fractionBits))
        if bits & infinity == infinity { return fraction == 0 ? .infinity(isNegative: isNegative) : .nan }
        return .finite(
            ExactNumber(
                isNegative: isNegative, significand: UInt128(exponent > 0 ? fraction | leastNormal : fraction),
                exponent: leastExponent + max(exponent - 1, 0)))
    }

    /// The pattern of a value rounded in that direction.
    func bits(_ value: FloatValue, _ direction: RoundingDirection = .nearestEven) -> UInt64 {
        switch value {
        case .nan: canonicalNaN
        case .infinity(let isNegative): infinity | (isNegative ? signBit : 0)
        case .finite(let number): bits(number, direction) | (number.isNegative ? signBit : 0)
        }
    }

    private func bits(_ number: ExactNumber, _ direction: RoundingDirection) -> UInt64 {
        if number.isZero { return 0 }
        // The unit of the last place, and how many steps it is above that of the subnormal numbers.
        let unit = max(number.top - 1 - fractionBits, leastExponent)
        let steps = unit - leastExponent
        let overflow =
            switch direction {
            case .nearestEven, .nearestAway: infinity
            case .towardZero: largest
            case .down: number.isNegative ? infinity : largest
            case .up: number.isNegative ? largest : infinity
            }
        guard steps < 1 << exponentBits else { return overflow }
        // A carry out of the fraction goes into the exponent by itself.
        let made = UInt64(number.count(ofUnit: unit, direction)) + UInt64(steps) << UInt64(fractionBits)
        return made < infinity ? made : overflow
    }

    /// The value as a double, which holds those of all formats here exactly; infinities and NaN too.
    func number(_ bits: UInt64) -> Double {
        Double(bitPattern: FloatFormat.double.bits(value(bits)))
    }
}

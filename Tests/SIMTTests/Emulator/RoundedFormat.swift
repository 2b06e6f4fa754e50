/// A floating-point format of few bits, as a reference for tests: rounds numbers that doubles hold exactly.
struct RoundedFormat {
    enum Direction: CaseIterable {
        case nearest, zero, down, up

        /// As PTX writes it.
        var word: String {
            switch self {
            case .nearest: "rn"
            case .zero: "rz"
            case .down: "rm"
            case .up: "rp"
            }
        }
    }

    /// Bits after the leading one.
    var fractionBits: Int
    var exponentBits: Int

    static let half = RoundedFormat(fractionBits: 10, exponentBits: 5)
    static let bfloat = RoundedFormat(fractionBits: 7, exponentBits: 8)
    static let single = RoundedFormat(fractionBits: 23, exponentBits: 8)

    private var bias: Int { 1 << (exponentBits - 1) - 1 }

    /// The bits of the number nearest to `value` in that direction; `value` is exact.
    func bits(_ value: Double, _ direction: Direction = .nearest) -> UInt32 {
        let sign: UInt32 = value.sign == .minus ? 1 << UInt32(fractionBits + exponentBits) : 0
        let infinity = (UInt32(1) << UInt32(exponentBits) - 1) << UInt32(fractionBits)
        if value.isNaN { return infinity | 1 << UInt32(fractionBits - 1) }
        if value.isInfinite { return sign | infinity }
        let magnitude = value.magnitude
        if magnitude == 0 { return sign }
        let exponent = max(Int(magnitude.exponent), 1 - bias)
        let unit = Double(sign: .plus, exponent: exponent - fractionBits, significand: 1)
        let towardZero: Bool
        switch direction {
        case .nearest: towardZero = false
        case .zero: towardZero = true
        case .down: towardZero = value > 0
        case .up: towardZero = value < 0
        }
        let rule: FloatingPointRoundingRule =
            direction == .nearest ? .toNearestOrEven : towardZero ? .towardZero : .awayFromZero
        let count = UInt32((magnitude / unit).rounded(rule))
        // A carry out of the fraction goes into the exponent by itself.
        let made = count + UInt32((exponent - 1 + bias) << fractionBits)
        if made >= infinity { return sign | (direction == .nearest || !towardZero ? infinity : infinity - 1) }
        return sign | made
    }

    /// The number that the bits mean.
    func value(_ bits: UInt32) -> Double {
        let fraction = bits & (1 << UInt32(fractionBits) - 1)
        let exponent = Int((bits >> UInt32(fractionBits)) & (1 << UInt32(exponentBits) - 1))
        let isNegative = (bits >> UInt32(fractionBits + exponentBits)) & 1 != 0
        let magnitude: Double
        if exponent == 1 << exponentBits - 1 {
            magnitude = fraction == 0 ? .infinity : .nan
        } else {
            let whole = Double(fraction) + (exponent > 0 ? Double(1 << fractionBits) : 0)
            magnitude = whole * Double(sign: .plus, exponent: max(exponent, 1) - bias - fractionBits, significand: 1)
        }
        return isNegative ? -magnitude : magnitude
    }
}

/// Whether the bits are the same number, all NaNs being one.
func isSame(_ left: Float, _ right: Float) -> Bool {
    left.isNaN && right.isNaN || left.bitPattern == right.bitPattern
}

func isSame(_ left: Double, _ right: Double) -> Bool {
    left.isNaN && right.isNaN || left.bitPattern == right.bitPattern
}

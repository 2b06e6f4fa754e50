/// A finite number ± significand · 2^exponent in whole numbers.
///
/// Products are exact. Sums, quotients and roots are exact or keep in their last bit that something was cut off below.
/// That bit stands at least eight places below the last one of every format here, so that rounding such a number gives
/// what rounding the exact one would.
struct ExactNumber: Sendable, Hashable {
    var isNegative: Bool
    /// Of operands at most 106 bits.
    var significand: UInt128
    var exponent: Int

    static func zero(isNegative: Bool) -> ExactNumber {
        ExactNumber(isNegative: isNegative, significand: 0, exponent: 0)
    }

    /// A whole number.
    init(_ value: some FixedWidthInteger) {
        self.init(isNegative: value < 0, significand: UInt128(value.magnitude), exponent: 0)
    }

    init(isNegative: Bool, significand: UInt128, exponent: Int) {
        (self.isNegative, self.significand, self.exponent) = (isNegative, significand, exponent)
    }

    var isZero: Bool { significand == 0 }

    /// The magnitude is below 2^top and, unless it is zero, not below half of that.
    var top: Int { exponent + 128 - significand.leadingZeroBitCount }

    var negated: ExactNumber { ExactNumber(isNegative: !isNegative, significand: significand, exponent: exponent) }

    // MARK: Operations

    /// The product of two numbers of at most 64 bits each.
    static func product(_ a: ExactNumber, _ b: ExactNumber) -> ExactNumber {
        ExactNumber(
            isNegative: a.isNegative != b.isNegative, significand: a.significand * b.significand,
            exponent: a.exponent + b.exponent)
    }

    /// The sum; the sign of a zero means nothing.
    static func sum(_ a: ExactNumber, _ b: ExactNumber) -> ExactNumber {
        if a.isZero { return b }
        if b.isZero { return a }
        let (high, low) = a.top >= b.top ? (a, b) : (b, a)
        // The larger one fills 126 bits, which leaves room for a carry. Where bits of the other one are lost, that one
        // is at least 2¹⁹ times smaller, so that no leading bits cancel.
        let shift = high.significand.leadingZeroBitCount - 2
        let exponent = high.exponent - shift
        let left = high.significand << shift
        let right = low.significand.shifted(by: low.exponent - exponent)
        if high.isNegative == low.isNegative {
            return ExactNumber(isNegative: high.isNegative, significand: left + right, exponent: exponent)
        }
        return left >= right
            ? ExactNumber(isNegative: high.isNegative, significand: left - right, exponent: exponent)
            : ExactNumber(isNegative: low.isNegative, significand: right - left, exponent: exponent)
    }

    /// a / b for a number b of at most 53 bits that is not zero.
    static func quotient(_ a: ExactNumber, _ b: ExactNumber) -> ExactNumber {
        let isNegative = a.isNegative != b.isNegative
        if a.isZero { return .zero(isNegative: isNegative) }
        let shift = a.significand.leadingZeroBitCount - 2
        let (whole, rest) = (a.significand << shift).quotientAndRemainder(dividingBy: b.significand)
        return ExactNumber(
            isNegative: isNegative, significand: rest == 0 ? whole : whole | 1,
            exponent: a.exponent - shift - b.exponent)
    }

    /// The square root of a number that is not negative.
    var root: ExactNumber {
        if isZero { return self }
        var shift = significand.leadingZeroBitCount - 2
        if (exponent - shift) % 2 != 0 { shift -= 1 }
        let square = significand << shift
        let root = square.wholeRoot
        return ExactNumber(
            isNegative: false, significand: root * root == square ? root : root | 1, exponent: (exponent - shift) / 2)
    }

    /// −1, 0 or 1: whether a number is below, at or above another one.
    static func order(_ a: ExactNumber, _ b: ExactNumber) -> Int {
        let difference = sum(a, b.negated)
        return difference.isZero ? 0 : difference.isNegative ? -1 : 1
    }

    // MARK: Rounding

    /// The magnitude as a number of units of 2^unit, rounded to a whole one: the one rounding that everything does.
    ///
    /// The count must be below 2¹²⁷.
    func count(ofUnit unit: Int, _ direction: RoundingDirection) -> UInt128 {
        let cut = unit - exponent
        if cut <= 0 { return significand << -cut }
        let whole = cut < 128 ? significand >> cut : 0
        let rest = cut < 128 ? significand - (whole << cut) : significand
        if rest == 0 { return whole }
        // Half a unit; what it would take more than 128 bits to hold is above every rest.
        let half = cut <= 128 ? UInt128(1) << (cut - 1) : 0
        let isTie = rest == half
        let isAbove = cut <= 128 && rest > half
        let goesUp =
            switch direction {
            case .nearestEven: isAbove || (isTie && whole & 1 == 1)
            case .nearestAway: isAbove || isTie
            case .towardZero: false
            case .down: isNegative
            case .up: !isNegative
            }
        return goesUp ? whole + 1 : whole
    }
}

extension UInt128 {
    /// Times 2^places; if bits fall off below, the last one that stays is set.
    fileprivate func shifted(by places: Int) -> UInt128 {
        if places >= 0 { return self << places }
        if places <= -128 { return self == 0 ? 0 : 1 }
        let kept = self >> -places
        return kept << -places == self ? kept : kept | 1
    }

    /// The largest whole number whose square is not above this one, which has at least 120 bits.
    fileprivate var wholeRoot: UInt128 {
        // A double is right to 2⁻⁵², one step of Newton's to less than one.
        let estimate = UInt128(UInt64(Double(UInt64(truncatingIfNeeded: self >> 64)).squareRoot() * 0x1p32))
        var root = (estimate + self / estimate) / 2
        while root * root > self { root -= 1 }
        while (root + 1) * (root + 1) <= self { root += 1 }
        return root
    }
}

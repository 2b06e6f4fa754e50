/// What happens to a result at its end.
enum ResultClamp: String, Sendable, Hashable {
    case none = ""
    /// To 0 … 1; NaN gives 0.
    case saturate = ".sat"
    /// Negative results give 0; NaN stays.
    case rectify = ".relu"
    /// Infinities give the largest number; NaN stays.
    case finite = ".satfinite"
    case rectifyFinite = ".relu.satfinite"

    func applied(to bits: UInt64, _ format: FloatFormat) -> UInt64 {
        let isNegative = bits & format.signBit != 0
        switch self {
        case .none: return bits
        case .saturate:
            // Patterns of positive numbers are in the order of the numbers.
            return format.isNaN(bits) || isNegative ? 0 : min(bits, format.one)
        case .rectify: return !format.isNaN(bits) && isNegative ? 0 : bits
        case .finite:
            return bits & ~format.signBit == format.infinity ? bits - 1 : bits
        case .rectifyFinite:
            return ResultClamp.rectify.applied(to: ResultClamp.finite.applied(to: bits, format), format)
        }
    }
}

/// How a floating-point operation rounds, and what it does with subnormal and unwanted results.
struct FloatForm: Sendable, Hashable {
    var direction = RoundingDirection.nearestEven
    var flushes = false
    var clamp = ResultClamp.none

    /// The modifiers after the rounding.
    var suffix: String { (flushes ? ".ftz" : "") + clamp.rawValue }

    /// The form in every usual direction.
    static let directions = RoundingDirection.usual.map { FloatForm(direction: $0) }
}

/// Rules of arithmetic in one format.
extension ArithmeticOperation.Rule {
    typealias Element = @Sendable (UInt64, UInt64, UInt64) -> UInt64

    /// Operands of a format through exact arithmetic to the same format.
    static func element(
        _ format: FloatFormat, _ form: FloatForm,
        _ exact: @escaping @Sendable (FloatValue, FloatValue, FloatValue) -> FloatValue
    ) -> Element {
        { a, b, c in
            func operand(_ bits: UInt64) -> FloatValue {
                format.value(form.flushes ? format.flushed(bits) : bits)
            }
            let made = format.bits(exact(operand(a), operand(b), operand(c)), form.direction)
            return form.clamp.applied(to: form.flushes ? format.flushed(made) : made, format)
        }
    }

    /// A change of the sign bit.
    static func sign(
        _ format: FloatFormat, flushes: Bool, _ change: @escaping @Sendable (UInt64) -> UInt64
    ) -> Element {
        { a, _, _ in change(flushes ? format.flushed(a) : a) & format.mask }
    }

    /// The smaller or larger number: of a number and a NaN the number, unless NaN is to stay; −0 is below +0.
    static func extreme(
        _ format: FloatFormat, isMaximum: Bool, flushes: Bool, keepsNaN: Bool, xorsSigns: Bool = false
    ) -> Element {
        { a, b, _ in
            let sign = xorsSigns ? (a ^ b) & format.signBit : 0
            let mask = xorsSigns ? ~format.signBit : ~0
            let (x, y) = ((flushes ? format.flushed(a) : a) & mask, (flushes ? format.flushed(b) : b) & mask)
            guard let order = FloatValue.order(format.value(x), format.value(y)) else {
                let isNone = keepsNaN || (format.isNaN(x) && format.isNaN(y))
                return isNone ? format.canonicalNaN : (format.isNaN(x) ? y : x) | sign
            }
            // Equal numbers differ in the sign of zero at most.
            if order == 0 { return (isMaximum ? x & y : x | y) | sign }
            return ((order > 0) == isMaximum ? x : y) | sign
        }
    }
}

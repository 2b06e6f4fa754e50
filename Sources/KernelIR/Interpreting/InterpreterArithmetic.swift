#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How interpreters round.
public enum Arithmetic: Sendable, Hashable, CaseIterable {
    /// Every floating-point operation in double precision, whatever the declared type.
    case double
    /// Every result is rounded to its declared type.
    case declared

    /// The value as the declared type holds it; `double` leaves floating-point values alone.
    public func rounded(_ value: Double, to type: DType) -> Double {
        guard self == .declared else { return value }
        switch type {
        case .float32: return Double(Float(value))
        case .float16: return roundedToHalf(value)
        case .bfloat16: return roundedToBrain(value)
        default: return value
        }
    }
}

/// The nearest value with an 11-bit significand and exponents of IEEE 754 binary16; ties to even.
func roundedToHalf(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    let quantum = Double(sign: .plus, exponent: max(Int(value.exponent), -14) - 10, significand: 1)
    let result = (value / quantum).rounded(.toNearestOrEven) * quantum
    return abs(result) > 65504 ? (value < 0 ? -.infinity : .infinity) : result
}

/// The nearest value with an 8-bit significand and exponents of binary32; ties to even.
func roundedToBrain(_ value: Double) -> Double {
    guard value.isFinite, value != 0 else { return value }
    let quantum = Double(sign: .plus, exponent: max(Int(value.exponent), -126) - 7, significand: 1)
    let result = (value / quantum).rounded(.toNearestOrEven) * quantum
    return abs(result) > Double(Float.greatestFiniteMagnitude) ? (value < 0 ? -.infinity : .infinity) : result
}

/// The function in double precision; booleans are 0 and 1.
func scalarFunction(_ op: UnaryOperator) -> (Double) -> Double {
    switch op {
    case .negate: { -$0 }
    case .absolute: { abs($0) }
    case .exp: { exp($0) }
    case .expm1: { expm1($0) }
    case .log: { log($0) }
    case .log1p: { log1p($0) }
    case .sqrt: { $0.squareRoot() }
    case .rsqrt: { 1 / $0.squareRoot() }
    case .reciprocal: { 1 / $0 }
    case .tanh: { tanh($0) }
    case .erf: { erf($0) }
    case .sin: { sin($0) }
    case .cos: { cos($0) }
    case .floor: { $0.rounded(.down) }
    case .not: { $0 == 0 ? 1 : 0 }
    }
}

/// The function in double precision; integers divide towards zero, as in C.
func scalarFunction(_ op: BinaryOperator, of type: DType) -> (Double, Double) -> Double {
    switch op {
    case .add: { $0 + $1 }
    case .subtract: { $0 - $1 }
    case .multiply: { $0 * $1 }
    case .divide: type.isFloatingPoint ? { $0 / $1 } : { ($0 / $1).rounded(.towardZero) }
    case .power: { pow($0, $1) }
    case .max: { $0.isNaN || $0 > $1 ? $0 : $1 }
    case .maxNumber: { $1 > $0 ? $1 : $0 }
    case .min: { $0.isNaN || $0 < $1 ? $0 : $1 }
    case .less: { $0 < $1 ? 1 : 0 }
    case .lessOrEqual: { $0 <= $1 ? 1 : 0 }
    case .equal: { $0 == $1 ? 1 : 0 }
    case .notEqual: { $0 != $1 ? 1 : 0 }
    case .and: { $0 != 0 && $1 != 0 ? 1 : 0 }
    case .or: { $0 != 0 || $1 != 0 ? 1 : 0 }
    }
}

/// The value a cast gives: towards zero for integers, whether it is not zero for booleans.
func converted(_ value: Double, to type: DType, _ arithmetic: Arithmetic) -> Double {
    switch type {
    case .bool: value != 0 ? 1 : 0
    case .float32, .float16, .bfloat16, .float64: arithmetic.rounded(value, to: type)
    default: value.rounded(.towardZero)
    }
}

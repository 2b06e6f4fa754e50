/// What a pattern of a floating-point format means, with the arithmetic of IEEE 754 on it.
///
/// Results are exact, or nearly so as `ExactNumber` tells; a format rounds them.
enum FloatValue: Sendable, Hashable {
    case nan
    case infinity(isNegative: Bool)
    case finite(ExactNumber)

    static let one = FloatValue.finite(ExactNumber(1))

    var negated: FloatValue {
        switch self {
        case .nan: .nan
        case .infinity(let isNegative): .infinity(isNegative: !isNegative)
        case .finite(let number): .finite(number.negated)
        }
    }

    /// a + b; the direction decides the sign of a zero that numbers of different signs make.
    static func sum(_ a: FloatValue, _ b: FloatValue, _ direction: RoundingDirection) -> FloatValue {
        switch (a, b) {
        case (.nan, _), (_, .nan): return .nan
        case (.infinity(let left), .infinity(let right)): return left == right ? a : .nan
        case (.infinity, _): return a
        case (_, .infinity): return b
        case (.finite(let x), .finite(let y)):
            if x.isZero, y.isZero, x.isNegative == y.isNegative { return a }
            let sum = ExactNumber.sum(x, y)
            return .finite(sum.isZero ? .zero(isNegative: direction == .down) : sum)
        }
    }

    static func product(_ a: FloatValue, _ b: FloatValue) -> FloatValue {
        switch (a, b) {
        case (.nan, _), (_, .nan): return .nan
        case (.infinity(let left), .infinity(let right)): return .infinity(isNegative: left != right)
        case (.infinity(let sign), .finite(let number)), (.finite(let number), .infinity(let sign)):
            return number.isZero ? .nan : .infinity(isNegative: sign != number.isNegative)
        case (.finite(let x), .finite(let y)): return .finite(.product(x, y))
        }
    }

    /// a · b + c
    static func fused(
        _ a: FloatValue, _ b: FloatValue, _ c: FloatValue, _ direction: RoundingDirection
    ) -> FloatValue {
        sum(product(a, b), c, direction)
    }

    static func quotient(_ a: FloatValue, _ b: FloatValue) -> FloatValue {
        switch (a, b) {
        case (.nan, _), (_, .nan), (.infinity, .infinity): return .nan
        case (.infinity(let sign), .finite(let number)): return .infinity(isNegative: sign != number.isNegative)
        case (.finite(let number), .infinity(let sign)):
            return .finite(.zero(isNegative: sign != number.isNegative))
        case (.finite(let x), .finite(let y)):
            if y.isZero { return x.isZero ? .nan : .infinity(isNegative: x.isNegative != y.isNegative) }
            return .finite(.quotient(x, y))
        }
    }

    var root: FloatValue {
        switch self {
        case .nan: .nan
        case .infinity(let isNegative): isNegative ? .nan : self
        case .finite(let number): number.isZero || !number.isNegative ? .finite(number.root) : .nan
        }
    }

    /// −1, 0 or 1: whether a value is below, at or above another one; nil where one of them is NaN.
    static func order(_ a: FloatValue, _ b: FloatValue) -> Int? {
        switch (a, b) {
        case (.nan, _), (_, .nan): return nil
        case (.infinity(let left), .infinity(let right)): return left == right ? 0 : left ? -1 : 1
        case (.infinity(let isNegative), _): return isNegative ? -1 : 1
        case (_, .infinity(let isNegative)): return isNegative ? 1 : -1
        case (.finite(let x), .finite(let y)): return ExactNumber.order(x, y)
        }
    }

    /// Rounded to a whole number, which keeps the sign.
    func whole(_ direction: RoundingDirection) -> FloatValue {
        guard case .finite(let number) = self, number.exponent < 0 else { return self }
        return .finite(
            ExactNumber(
                isNegative: number.isNegative, significand: number.count(ofUnit: 0, direction), exponent: 0))
    }
}

import Foundation
import KernelIR

/// An equation between expressions of floating-point numbers, read from the dearer side to the cheaper one.
///
/// Both sides agree for infinities and NaN, too, and round alike to a few units in the last place, unless a number between
/// overflows on one side only; so numbers that are moved are moderate ones.
struct ExpressionLaw: Sendable {
    let name: String
    /// The cheaper side, where an expression is of the dearer side's form.
    let cheaper: @Sendable (Expr) -> Expr?

    static let all = [softplusTanh, logistic, quotient, reciprocal, scale]

    /// The expression once no law applies to any of its parts.
    static func simplified(_ expression: Expr) -> Expr {
        var (before, simple) = (expression, expression)
        repeat {
            before = simple
            simple = before.rewritten { node in all.lazy.compactMap { $0.cheaper(node) }.first ?? node }
        } while simple != before
        return simple
    }

    /// tanh(log(1 + eᶻ)) = n / (n + m) with w = e^-|z|: n = 1 + 2w and m = 2w² above zero, n = w² + 2w and m = 2 below.
    static let softplusTanh = ExpressionLaw(name: "tanh of softplus") { node in
        guard case .unary(.tanh, let operand) = node, let (z, type) = operand.softplusOperand else { return nil }
        let w = Expr.unary(.exp, .unary(.negate, .unary(.absolute, z)))
        let (one, two) = (Expr.constant(1, type), Expr.constant(2, type))
        let isPositive = Expr.binary(.less, .constant(0, type), z)
        let n = Expr.select(isPositive, two * w + one, w * (w + two))
        return n / (n + .select(isPositive, two * w * w, two))
    }

    /// 1 + tanh u = 2 / (1 + e^-2u)
    static let logistic = ExpressionLaw(name: "1 + tanh") { node in
        guard case .binary(.add, let left, let right) = node else { return nil }
        for (one, function) in [(left, right), (right, left)] {
            guard case .constant(1, let type) = one, type.isFloatingPoint, case .unary(.tanh, let u) = function else {
                continue
            }
            return .constant(2, type) / (one + .unary(.exp, .constant(-2, type) * u))
        }
        return nil
    }

    /// x·(c / y) = (x·c) / y, so that c meets the numbers in x.
    static let quotient = ExpressionLaw(name: "product with a quotient of a number") { node in
        guard case .binary(.multiply, let left, let right) = node else { return nil }
        for (x, factor) in [(left, right), (right, left)] {
            guard case .binary(.divide, .constant(let number, let type), let y) = factor, type.isFloatingPoint,
                number.isModerate
            else { continue }
            return (x * .constant(number, type)) / y
        }
        return nil
    }

    /// x / c = x·(1/c)
    static let reciprocal = ExpressionLaw(name: "division by a number") { node in
        guard case .binary(.divide, let x, .constant(let number, let type)) = node, type.isFloatingPoint,
            number.isModerate
        else { return nil }
        if case .constant = x { return nil }
        return number == 1 ? x : x * .constant(1 / number, type)
    }

    /// (x·a)·b = x·(a·b)
    static let scale = ExpressionLaw(name: "products with two numbers") { node in
        guard let (inner, b, type) = node.scaled, let (x, a, _) = inner.scaled, a.isModerate, b.isModerate else {
            return nil
        }
        return a * b == 1 ? x : x * .constant(a * b, type)
    }
}

extension Expr {
    /// The operand of log(1 + eᶻ) as `softplus` is lowered, also where it is z itself above a threshold at which the
    /// hyperbolic tangent is 1.
    fileprivate var softplusOperand: (operand: Expr, type: DType)? {
        if case .select(.binary(.less, .constant(let threshold, _), let tested), let linear, let soft) = self {
            guard let found = soft.softplusOperand, threshold >= 10, tested == found.operand, linear == tested else {
                return nil
            }
            return found
        }
        guard case .binary(.add, .binary(.max, .constant(0, let type), let z), let rest) = self, type.isFloatingPoint,
            rest == .unary(.log1p, .unary(.exp, .unary(.negate, .unary(.absolute, z))))
        else { return nil }
        return (z, type)
    }

    /// A product with a number.
    fileprivate var scaled: (operand: Expr, number: Double, type: DType)? {
        switch self {
        case .binary(.multiply, .constant, .constant): nil
        case .binary(.multiply, let x, .constant(let number, let type)) where type.isFloatingPoint: (x, number, type)
        case .binary(.multiply, .constant(let number, let type), let x) where type.isFloatingPoint: (x, number, type)
        default: nil
        }
    }
}

extension Double {
    /// Whether a few products with such numbers neither overflow nor lose places in any floating-point type.
    fileprivate var isModerate: Bool { (0x1p-10...0x1p10).contains(magnitude) }
}

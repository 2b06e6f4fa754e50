import KernelIR

/// A quotient, a root or an elementary function comes from a rough approximation, right to about three digits.
struct RoughFunction: MutationOperator {
    let name = "roughFunction"
    let faultClass = FaultClass.precision

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        guard place.type(of: expression) == .float32 else { return [] }
        switch expression {
        case .unary(.exp, let a): return [Fault("exp as (1 + x/1024)^1024", Self.exponential(a))]
        case .unary(let operation, _) where Self.isApproximated(operation):
            return [Fault("\(operation.rawValue) to 11 digits", NarrowFormat.tf32.rounded(expression))]
        case .binary(.divide, let a, let b):
            return [Fault("quotient by an 11-digit reciprocal", a * NarrowFormat.tf32.rounded(.float(1) / b))]
        default: return []
        }
    }

    private static func isApproximated(_ operation: UnaryOperator) -> Bool {
        switch operation {
        case .expm1, .log, .log1p, .sqrt, .rsqrt, .reciprocal, .tanh, .erf, .sin, .cos: true
        case .negate, .absolute, .exp, .floor, .not: false
        }
    }

    /// exp by its limit, with a relative error of about x²/2048.
    private static func exponential(_ x: Expr) -> Expr {
        let base = Expr.binary(.max, .float(1) + x * .float(0x1p-10), .float(0))
        return .binary(.power, base, .float(1024))
    }
}

import KernelIR

/// A format with fewer digits than float32, as faults round to it.
public enum NarrowFormat: String, Sendable, Hashable, Codable, CaseIterable {
    case float16, bfloat16, tf32

    /// Digits of a significand, the leading one included.
    var digits: Int {
        switch self {
        case .float16, .tf32: 11
        case .bfloat16: 8
        }
    }

    /// The float32 value rounded to the format and back, in float32 arithmetic alone, since devices lack the types.
    ///
    /// With c = 2ˢ·x + x, c − (c − x) keeps all but the last s digits of x, to nearest (Dekker, "A floating-point technique for
    /// extending the available precision", 1971). The product is exact, so that contraction to a fused
    /// multiply-add changes nothing. What float16 cannot hold becomes an infinity, and below 2⁻¹⁴ it counts in steps of
    /// 2⁻²⁴.
    public func rounded(_ x: Expr) -> Expr {
        let scale = Double(1 << (24 - digits))
        let c = x * .float(scale) + x
        let nearest = c - (c - x)
        // Infinities and NaN pass unchanged.
        let normal = Expr.select(.binary(.equal, nearest, nearest), nearest, x)
        guard self == .float16 else { return normal }
        let size = Expr.unary(.absolute, x)
        let small = (x + .float(0.75)) - .float(0.75)
        let bounded = Expr.select(.binary(.less, size, .float(0x1p-14)), small, normal)
        return .select(.binary(.less, .float(65519), size), x * .float(.infinity), bounded)
    }
}

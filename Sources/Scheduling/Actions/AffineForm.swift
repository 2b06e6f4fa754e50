import KernelIR

/// An expression as `slope · x + offset` for one part x of it; neither side contains x.
struct AffineForm {
    /// `nil` where x does not occur.
    var slope: Expr?
    /// `nil` where nothing is added.
    var offset: Expr?

    /// The form of an expression in the nodes that `isPart` accepts, which must all be equal; `nil` where the expression
    /// depends on them in another way.
    init?(_ expr: Expr, of isPart: (Expr) -> Bool) {
        if isPart(expr) {
            self.init(slope: .float(1), offset: nil)
            return
        }
        switch expr {
        case .binary(let op, let a, let b):
            guard let left = AffineForm(a, of: isPart), let right = AffineForm(b, of: isPart),
                let form = AffineForm.combined(op, left, right, whole: expr)
            else { return nil }
            self = form
        case .unary(.negate, let a):
            guard let form = AffineForm(a, of: isPart) else { return nil }
            self = form.scaled { .unary(.negate, $0) }
        default:
            var occurs = false
            expr.forEach { if isPart($0) { occurs = true } }
            guard !occurs else { return nil }
            self.init(slope: nil, offset: expr)
        }
    }

    private init(slope: Expr?, offset: Expr?) {
        self.slope = slope
        self.offset = offset
    }

    private func scaled(_ scale: (Expr) -> Expr) -> AffineForm {
        AffineForm(slope: slope.map(scale), offset: offset.map(scale))
    }

    private static func combined(_ op: BinaryOperator, _ a: AffineForm, _ b: AffineForm, whole: Expr) -> AffineForm? {
        if a.slope == nil, b.slope == nil { return AffineForm(slope: nil, offset: whole) }
        switch op {
        case .add: return AffineForm(slope: sum(a.slope, b.slope), offset: sum(a.offset, b.offset))
        case .subtract:
            let negated = b.scaled { .unary(.negate, $0) }
            return AffineForm(slope: sum(a.slope, negated.slope), offset: sum(a.offset, negated.offset))
        case .multiply:
            if a.slope == nil, let factor = a.offset { return b.scaled { factor * $0 } }
            if b.slope == nil, let factor = b.offset { return a.scaled { $0 * factor } }
            return nil
        case .divide:
            guard b.slope == nil, let divisor = b.offset else { return nil }
            return a.scaled { $0 / divisor }
        default: return nil
        }
    }

    private static func sum(_ a: Expr?, _ b: Expr?) -> Expr? {
        guard let a, let b else { return a ?? b }
        return a + b
    }
}

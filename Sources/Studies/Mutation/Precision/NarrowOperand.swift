import KernelIR

/// Both factors of a product are rounded to a narrow type, as tensor cores do.
struct NarrowOperand: MutationOperator {
    let format: NarrowFormat
    var name: String { "narrowOperand." + format.rawValue }
    let faultClass = FaultClass.precision

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        guard case .binary(.multiply, let a, let b) = expression, place.type(of: a) == .float32 else { return [] }
        return [Fault("factors as \(format.rawValue)", format.rounded(a) * format.rounded(b))]
    }
}

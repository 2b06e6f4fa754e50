import KernelIR

/// A factor, a slope, an offset or an epsilon has another value.
struct WrongConstant: MutationOperator {
    let name = "wrongConstant"

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        guard case .constant(let value, let type) = expression, type.isFloatingPoint, value.isFinite,
            place.store?.isInitialization != true
        else { return [] }
        return mistakes(for: value).map { Fault("\(value) became \($0)", .constant($0, type)) }
    }

    private func mistakes(for value: Double) -> [Double] {
        if value == 0 { return [0.001] }
        if abs(value) < 0.001 { return [value * 10, 0] }
        return [value * 1.01, value * 2]
    }
}

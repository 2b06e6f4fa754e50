import KernelIR

/// One operand of a sum, a product or an extremum is left out.
struct DroppedTerm: MutationOperator {
    let name = "droppedTerm"

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        guard case .binary(let operation, let a, let b) = expression else { return [] }
        switch operation {
        case .add, .multiply, .max, .min, .maxNumber, .and, .or:
            return [Fault("right side of \(operation.rawValue) left out", a)]
                + [Fault("left side of \(operation.rawValue) left out", b)]
        case .subtract, .divide, .power: return [Fault("right side of \(operation.rawValue) left out", a)]
        case .less, .lessOrEqual, .equal, .notEqual: return []
        }
    }
}

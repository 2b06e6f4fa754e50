import KernelIR

/// A function is not applied, or a choice is not made: an epilogue left out.
struct DroppedFunction: MutationOperator {
    let name = "droppedFunction"

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        switch expression {
        case .unary(let operation, let a) where operation != .negate && operation != .not:
            [Fault("\(operation.rawValue) not applied", a)]
        case .select(_, let a, let b) where a != b:
            [Fault("always the first side of a choice", a), Fault("always the second side of a choice", b)]
        default: []
        }
    }
}

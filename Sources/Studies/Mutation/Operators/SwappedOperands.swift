import KernelIR

/// The operands of an operation whose order matters are exchanged.
struct SwappedOperands: MutationOperator {
    let name = "swappedOperands"

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        switch expression {
        case .binary(let operation, let a, let b) where operation.isOrdered && a != b:
            [Fault("operands of \(operation.rawValue) exchanged", .binary(operation, b, a))]
        case .select(let condition, let a, let b) where a != b:
            [Fault("sides of a choice exchanged", .select(condition, b, a))]
        default: []
        }
    }
}

extension BinaryOperator {
    /// Whether exchanging the operands changes the result.
    fileprivate var isOrdered: Bool {
        switch self {
        case .subtract, .divide, .power, .less, .lessOrEqual: true
        case .add, .multiply, .max, .min, .maxNumber, .equal, .notEqual, .and, .or: false
        }
    }
}

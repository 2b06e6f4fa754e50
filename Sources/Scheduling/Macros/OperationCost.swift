import KernelIR

extension Expr {
    /// Additions that the node alone, without its operands, takes the time of.
    var operationCost: Double {
        switch self {
        case .constant, .load, .left, .right, .state: 0
        case .index, .cast: 1
        case .inside(let bounds): Double(bounds.count)
        case .unary(let operation, _): operation.cost
        case .binary(let operation, _, _): operation.cost
        // Versions for the interior and masks of lanes decide it, not an instruction for each element.
        case .select(.inside, _, _): 0
        case .select: 1
        }
    }
}

extension UnaryOperator {
    /// Additions that the function takes the time of: for those that have a formula of `MathMode.fast`, its operations.
    fileprivate var cost: Double {
        switch self {
        case .negate, .absolute, .floor, .not: 1
        case .reciprocal, .sqrt: BinaryOperator.division
        case .rsqrt: 2 * BinaryOperator.division
        case .exp: 16
        case .expm1: 18
        case .log: 31
        // Of an exponential, as nearly always: a polynomial.
        case .log1p: 12
        case .tanh: 28
        case .erf: 27
        case .sin, .cos: 40
        }
    }
}

extension BinaryOperator {
    /// Additions that the operation takes the time of.
    fileprivate var cost: Double {
        switch self {
        case .divide: Self.division
        // The language's function: about a logarithm and an exponential.
        case .power: 60
        case .add, .subtract, .multiply, .max, .min, .maxNumber, .less, .lessOrEqual, .equal, .notEqual, .and, .or: 1
        }
    }

    /// A division of vectors occupies a core for about as many cycles.
    fileprivate static let division = 8.0
}

import KernelIR

/// An operation is replaced by another of the same kind.
struct ReplacedOperator: MutationOperator {
    let name = "replacedOperator"

    func faults(in expression: Expr, _ place: Surroundings) -> [Fault<Expr>] {
        switch expression {
        case .binary(let operation, let a, let b):
            operation.mistakes(isInteger: !place.type(of: a).isFloatingPoint).map {
                Fault("\(operation.rawValue) became \($0.rawValue)", .binary($0, a, b))
            }
        case .unary(let operation, let a):
            operation.mistakes.map { Fault("\(operation.rawValue) became \($0.rawValue)", .unary($0, a)) }
        default: []
        }
    }
}

extension BinaryOperator {
    /// Operations of the same type that are easily written instead.
    fileprivate func mistakes(isInteger: Bool) -> [BinaryOperator] {
        switch self {
        case .add: [.subtract]
        case .subtract: [.add]
        case .multiply: isInteger ? [.add] : [.add, .divide]
        case .divide: [.multiply]
        case .power: [.multiply]
        case .max: [.min]
        case .min: [.max]
        case .maxNumber: [.min]
        case .less: [.lessOrEqual]
        case .lessOrEqual: [.less]
        case .equal: [.notEqual]
        case .notEqual: [.equal]
        case .and: [.or]
        case .or: [.and]
        }
    }
}

extension UnaryOperator {
    /// Functions that are easily written instead.
    fileprivate var mistakes: [UnaryOperator] {
        switch self {
        case .exp: [.expm1]
        case .expm1: [.exp]
        case .log: [.log1p]
        case .log1p: [.log]
        case .sqrt: [.rsqrt]
        case .rsqrt: [.reciprocal]
        case .reciprocal: [.rsqrt]
        case .tanh: [.erf]
        case .erf: [.tanh]
        case .sin: [.cos]
        case .cos: [.sin]
        case .negate, .absolute, .floor, .not: []
        }
    }
}

import KernelIR

/// A value that a kernel computes: what it is, and what tells one of its instances from others.
struct WorkValue {
    /// The expression without places.
    var shape: Expr
    var type: DType
    var coordinates: [DistinctPlaces.Coordinate] = []
    /// Where one of these does not hold, an operand is a constant.
    var bounds: [Bound] = []
    /// Whether it depends on memory: anything else is a constant to a compiler.
    var isLoaded = false
}

extension KernelWork {
    /// Multiplications of a polynomial of `MathMode.fast`: none of its formulas has fewer than ten.
    static let formulaMultiplications = 8.0

    /// Notes the work that a value is, and says what tells its instances apart.
    ///
    /// Only additions, multiplications and the formulas count, and only what no branch can pass over.
    ///
    /// - Parameter part: where the value goes; nil for device memory.
    mutating func evaluate(_ expr: Expr, in place: WorkPlace, for part: Int?, isSure: Bool = true) -> WorkValue {
        switch expr {
        case .constant(_, let type): return WorkValue(shape: expr, type: type)
        case .index(_, let type): return WorkValue(shape: .index(Index(0), type), type: type)
        case .inside: return WorkValue(shape: .inside([]), type: .bool)
        case .left, .right, .state: return WorkValue(shape: expr, type: .float32)
        case .load(let load): return self.load(load, in: place, for: part, isSure: isSure)
        case .cast(let type, let operand):
            var value = evaluate(operand, in: place, for: part, isSure: isSure)
            value.shape = .cast(type, value.shape)
            value.type = type
            return value
        case .unary(let operation, let operand):
            var value = evaluate(operand, in: place, for: part, isSure: isSure)
            value.shape = .unary(operation, value.shape)
            if operation == .not { value.type = .bool }
            if isSure, value.isLoaded, value.type == .float32, math == .fast, operation.hasFormula {
                multiply(value, times: Self.formulaMultiplications, in: place, for: part)
            }
            return value
        case .binary(let operation, let left, let right):
            let first = evaluate(left, in: place, for: part, isSure: isSure)
            let second = evaluate(right, in: place, for: part, isSure: isSure)
            let value = first.joined(
                second, as: .binary(operation, first.shape, second.shape),
                type: operation.isPredicate ? .bool : first.type)
            // With a constant it may be another operation or none.
            if isSure, first.isLoaded, second.isLoaded, value.type.isFloatingPoint {
                note(operation, value, in: place, for: part)
            }
            return value
        case .select(let condition, let whenTrue, let whenFalse):
            return choose(condition, whenTrue, whenFalse, in: place, for: part, isSure: isSure)
        }
    }

    private mutating func note(_ operation: BinaryOperator, _ value: WorkValue, in place: WorkPlace, for part: Int?) {
        switch operation {
        case .multiply: multiply(value, in: place, for: part)
        case .add, .subtract: add(value, in: place, for: part)
        case .divide, .power, .max, .min, .maxNumber, .less, .lessOrEqual, .equal, .notEqual, .and, .or: break
        }
    }

    /// A choice by place is its first side where that is taken; one by values may be a branch around either side.
    private mutating func choose(
        _ condition: Expr, _ whenTrue: Expr, _ whenFalse: Expr, in place: WorkPlace, for part: Int?, isSure: Bool
    ) -> WorkValue {
        if case .inside(let bounds) = condition {
            var inside = place
            inside.bounds += bounds
            var value = evaluate(whenTrue, in: inside, for: part, isSure: isSure)
            let other = evaluate(whenFalse, in: place, for: part, isSure: false)
            value.shape = .select(.inside([]), value.shape, other.shape)
            value.bounds += bounds
            value.isLoaded = value.isLoaded || other.isLoaded
            return value
        }
        let decided = evaluate(condition, in: place, for: part, isSure: isSure)
        let first = evaluate(whenTrue, in: place, for: part, isSure: false)
        let second = evaluate(whenFalse, in: place, for: part, isSure: false)
        return decided.joined(first, as: decided.shape, type: first.type)
            .joined(second, as: .select(decided.shape, first.shape, second.shape), type: first.type)
    }
}

extension WorkValue {
    /// A value of two operands.
    fileprivate func joined(_ other: WorkValue, as shape: Expr, type: DType) -> WorkValue {
        WorkValue(
            shape: shape, type: type, coordinates: coordinates + other.coordinates, bounds: bounds + other.bounds,
            isLoaded: isLoaded || other.isLoaded)
    }
}

extension UnaryOperator {
    /// Whether `MathMode.fast` writes it as a polynomial.
    fileprivate var hasFormula: Bool {
        switch self {
        case .exp, .expm1, .log, .log1p, .tanh, .erf: true
        case .negate, .absolute, .sqrt, .rsqrt, .reciprocal, .sin, .cos, .floor, .not: false
        }
    }
}

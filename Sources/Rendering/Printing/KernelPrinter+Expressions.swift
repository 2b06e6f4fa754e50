import KernelIR

extension KernelPrinter {
    /// The value of a resolved expression: a scalar where no lane decides it. May print lines that it depends on.
    mutating func value(_ expression: Expr) throws -> Value {
        if let known = known(expression) { return known }
        let value = try computed(expression)
        let isShared = isShared(expression)
        guard isShared.inStatement || isShared.inRun, !expression.isLeafWithoutCost else { return value }
        let result = value.isSimple ? value : named(value, nameBase(expression))
        if isShared.inStatement { evaluation[expression] = result }
        if isShared.inRun, case .load(let load) = expression { shared?[load, scope] = result }
        return result
    }

    private func known(_ expression: Expr) -> Value? {
        if let name = evaluation[expression] { return name }
        guard case .load(let load) = expression else { return nil }
        return shared?[load, scope]
    }

    private func isShared(_ expression: Expr) -> (inStatement: Bool, inRun: Bool) {
        let inStatement = evaluation.isShared(expression)
        guard case .load(let load) = expression, let shared, shared.depth == writer.depth else {
            return (inStatement, false)
        }
        return (inStatement, shared.isShared(load, scope))
    }

    /// What a name for the value begins with: the buffer's name for a load.
    private mutating func nameBase(_ expression: Expr) -> String {
        if case .load(let load) = expression { identifiers.name(load.buffer, kind: "buffer") } else { "t" }
    }

    /// A constant of the enclosing block with that value.
    mutating func named(_ value: Value, _ base: String) -> Value {
        let name = identifiers.fresh(base)
        writer.line("const \(dialect.valueType(value.type, width: value.width)) \(name) = \(value.text);")
        return Value(name, value.type, width: value.width)
    }

    private mutating func computed(_ expression: Expr) throws -> Value {
        switch expression {
        case .constant(let value, let type): return dialect.literal(value, type)
        case .index(let index, let type): return try number(index, type)
        case .load(let load): return try self.load(load)
        case .unary(.log1p, let operand) where operand.isInUnitInterval && kernel.math == .fast:
            let value = try value(operand)
            return value.type == .float32 ? call(.unitLog1p(value.width), [value]) : unary(.log1p, value)
        case .unary(let operation, let operand): return unary(operation, try value(operand))
        case .binary(let operation, let left, let right): return try binary(operation, left, right)
        case .select(let condition, let whenTrue, let whenFalse):
            return select(try value(condition), try value(whenTrue), try value(whenFalse))
        case .cast(let type, let operand): return cast(try value(operand), to: type)
        case .inside(let bounds): return try inside(bounds)
        case .left, .right, .state:
            throw KernelwrightError(
                .internalInconsistency, "a reduction's state occurs in kernel \(kernel.name)",
                hint: "lowering replaces left, right and state by loads")
        }
    }

    private mutating func unary(_ operation: UnaryOperator, _ operand: Value) -> Value {
        switch operation {
        case .negate:
            return Value("-\(operand.text(above: .unary))", operand.type, width: operand.width, .unary)
        case .not:
            let symbol = operand.width == 1 ? "!" : "~"
            return Value(symbol + operand.text(above: .unary), .bool, width: operand.width, .unary)
        case .absolute where !operand.type.isFloatingPoint:
            let negative = unary(.negate, operand)
            return select(compare("<", operand, dialect.literal(0, operand.type)), negative, operand)
        default:
            guard kernel.math == .fast, operand.type == .float32, operation.hasFastForm else {
                return dialect.function(operation, operand)
            }
            return call(.elementary(operation, operand.width), [operand])
        }
    }

    private mutating func binary(_ operation: BinaryOperator, _ left: Expr, _ right: Expr) throws -> Value {
        if operation == .add, let fused = try fusedMultiplyAdd(left, right) { return fused }
        let (a, b) = (try value(left), try value(right))
        let isBoolean = a.type == .bool
        switch operation {
        case .add where isBoolean, .or,
            .max where isBoolean:
            return logical("||", "|", .logicalOr, a, b)
        case .multiply where isBoolean, .and,
            .min where isBoolean:
            return logical("&&", "&", .logicalAnd, a, b)
        case .add: return .infix("+", a, b, .additive)
        case .subtract: return .infix("-", a, b, .additive)
        case .multiply: return .infix("*", a, b, .multiplicative)
        case .divide: return .infix("/", a, b, .multiplicative)
        case .power:
            let width = max(a.width, b.width)
            return dialect.power(dialect.broadcast(a, width: width), dialect.broadcast(b, width: width))
        case .max: return extremum(.max, a, b, constant: left.asOrdinaryConstant ?? right.asOrdinaryConstant)
        case .min: return extremum(.min, a, b, constant: left.asOrdinaryConstant ?? right.asOrdinaryConstant)
        case .maxNumber: return maxNumber(a, b)
        case .less: return compare("<", a, b)
        case .lessOrEqual: return compare("<=", a, b)
        case .equal: return compare("==", a, b)
        case .notEqual: return compare("!=", a, b)
        }
    }

    /// `acc + a·b` with one rounding, the product on either side and used nowhere else.
    private mutating func fusedMultiplyAdd(_ left: Expr, _ right: Expr) throws -> Value? {
        for (product, addend) in [(right, left), (left, right)] {
            guard case .binary(.multiply, let a, let b) = product, !evaluation.isShared(product) else { continue }
            let operands = [try value(a), try value(b), try value(addend)]
            guard operands[0].type.isFloatingPoint else { return nil }
            let width = operands.map(\.width).max() ?? 1
            let wide = operands.map { dialect.broadcast($0, width: width) }
            return dialect.fma(wide[0], wide[1], wide[2])
        }
        return nil
    }

    private func logical(
        _ symbol: String, _ maskSymbol: String, _ precedence: Value.Precedence, _ left: Value, _ right: Value
    ) -> Value {
        let width = max(left.width, right.width)
        let (a, b) = (dialect.broadcast(left, width: width), dialect.broadcast(right, width: width))
        guard width > 1 else {
            // Mixed logic is easier to read, and free of compiler warnings, in parentheses.
            return Value(
                "\(a.text(mixing: precedence)) \(symbol) \(b.text(mixing: precedence))", .bool, precedence)
        }
        return Value("\(a.text(within: .unary)) \(maskSymbol) \(b.text(within: .unary))", .bool, width: width, .bitwise)
    }

    private func compare(_ symbol: String, _ left: Value, _ right: Value) -> Value {
        let width = max(left.width, right.width)
        guard left.type == .bool else { return dialect.compare(symbol, left, right) }
        let numbers = [left, right].map { dialect.number(dialect.broadcast($0, width: width)) }
        return dialect.compare(symbol, numbers[0], numbers[1])
    }

    /// NaN where either operand is, as PyTorch does; one instruction where an operand is a constant.
    private mutating func extremum(_ operation: BinaryOperator, _ a: Value, _ b: Value, constant: Double?) -> Value {
        let symbol = operation == .max ? ">" : "<"
        let width = max(a.width, b.width)
        guard let constant else {
            return call(
                .extremum(operation, a.type, width),
                [dialect.broadcast(a, width: width), dialect.broadcast(b, width: width)])
        }
        let limit = dialect.literal(constant, a.type)
        var operand = a.text == limit.text ? b : a
        if !operand.isSimple { operand = named(operand, "t") }
        return select(dialect.compare(symbol, limit, operand), limit, operand)
    }

    /// The form that compilers turn into one maximum instruction.
    private mutating func maxNumber(_ left: Value, _ right: Value) -> Value {
        let operands = [left, right].map { $0.isSimple ? $0 : named($0, "t") }
        return select(dialect.compare(">", operands[1], operands[0]), operands[1], operands[0])
    }

    func select(_ condition: Value, _ whenTrue: Value, _ whenFalse: Value) -> Value {
        let width = max(condition.width, whenTrue.width, whenFalse.width)
        let (a, b) = (dialect.broadcast(whenTrue, width: width), dialect.broadcast(whenFalse, width: width))
        guard condition.width > 1 else { return choice(condition, a, b) }
        return dialect.select(condition, a, b)
    }

    /// A cast to or from a 16-bit type is no instruction: values of these types are rounded when they are stored.
    private func cast(_ value: Value, to declared: DType) -> Value {
        let type = declared.inRegisters
        if value.type == type { return value }
        if type == .bool { return dialect.compare("!=", value, dialect.literal(0, value.type)) }
        guard value.type == .bool else { return dialect.convert(value, to: type) }
        return dialect.convert(dialect.number(value), to: type)
    }

    mutating func inside(_ bounds: [Bound]) throws -> Value {
        let uniform = bounds.filter { !scope.isSpread($0.index) }
        var tests = uniform.isEmpty ? [] : [try condition(uniform)]
        for bound in bounds where scope.isSpread(bound.index) {
            let index = try number(bound.index, indexType)
            let range = bound.index.range(scope.ranges)
            if range.lowerBound < 0 { tests.append(dialect.compare(">=", index, dialect.literal(0, indexType))) }
            if range.upperBound >= bound.extent {
                tests.append(dialect.compare("<", index, dialect.literal(Double(bound.extent), indexType)))
            }
        }
        guard let first = tests.first else { return dialect.literal(1, .bool) }
        return tests.dropFirst().reduce(first) { logical("&&", "&", .logicalAnd, $0, $1) }
    }
}

extension Value {
    /// The text in parentheses unless its operator is the same one or a comparison or tighter.
    fileprivate func text(mixing outer: Precedence) -> String {
        precedence == outer || precedence >= .equality ? text : "(\(text))"
    }
}

extension Expr {
    /// The value of a floating-point literal that is not NaN.
    fileprivate var asOrdinaryConstant: Double? {
        if case .constant(let value, let type) = self, type.isFloatingPoint, !value.isNaN { value } else { nil }
    }

    /// Whether a name would be no shorter or faster: literals and indices.
    fileprivate var isLeafWithoutCost: Bool {
        switch self {
        case .constant, .index: true
        default: false
        }
    }
}

extension UnaryOperator {
    /// Whether fast math has a formula of its own.
    var hasFastForm: Bool { ElementaryFunctions.operations.contains(self) }
}

import KernelIR

/// Expressions as people write them, for loop nests and messages.
enum ExprText {
    /// The expression in one line.
    static func text(_ expression: Expr) -> String {
        switch expression {
        case .constant(let value, let type): return literal(value, type)
        case .index(let index, _):
            return index.terms.count + (index.constant == 0 ? 0 : 1) > 1 ? "(\(index))" : "\(index)"
        case .load(let load): return text(load)
        case .unary(.negate, let operand): return "-" + enclosed(operand)
        case .unary(let operation, let operand): return "\(operation.rawValue)(\(text(operand)))"
        case .binary(let operation, let left, let right):
            guard let symbol = symbols[operation] else {
                return "\(operation.rawValue)(\(text(left)), \(text(right)))"
            }
            return "\(enclosed(left, in: operation, isLeft: true)) \(symbol) \(enclosed(right, in: operation))"
        case .select(let condition, let a, let b): return "select(\(text(condition)), \(text(a)), \(text(b)))"
        case .cast(let type, let operand): return "\(type.rawValue)(\(text(operand)))"
        case .inside(let bounds): return "(\(LoopNestPrinter.conditions(bounds)))"
        case .left(let state): return "left.\(state)"
        case .right(let state): return "right.\(state)"
        case .state(let state): return "state.\(state)"
        }
    }

    private static let symbols: [BinaryOperator: String] = [
        .add: "+", .subtract: "-", .multiply: "*", .divide: "/", .less: "<", .lessOrEqual: "<=", .equal: "==",
        .notEqual: "!=", .and: "and", .or: "or",
    ]

    private static func literal(_ value: Double, _ type: DType) -> String {
        if type == .bool { return value != 0 ? "true" : "false" }
        if value.isFinite, value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
        return type == .float32 ? "\(Float(value))" : "\(value)"
    }

    private static func text(_ load: Load) -> String {
        let element = "\(load.buffer)[\(load.indices.map(\.description).joined(separator: ", "))]"
        guard !load.bounds.isEmpty else { return element }
        return "(\(element) if \(LoopNestPrinter.conditions(load.bounds)) else \(literal(load.fill, .float32)))"
    }

    /// In parentheses unless the operand binds tighter: products in sums, and chains of one associative operator.
    private static func enclosed(_ operand: Expr, in outer: BinaryOperator? = nil, isLeft: Bool = false) -> String {
        guard case .binary(let inner, _, _) = operand, symbols[inner] != nil else { return text(operand) }
        let isProductInSum = (outer == .add || outer == .subtract) && inner == .multiply
        let isChain = isLeft && outer == inner && (inner == .add || inner == .multiply)
        return isProductInSum || isChain ? text(operand) : "(\(text(operand)))"
    }
}

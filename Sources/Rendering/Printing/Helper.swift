import KernelIR

/// A small function that stands above the kernels of a source when one of them calls it.
enum Helper: Sendable, Hashable {
    case floorQuotient(DType)
    case floorRemainder(DType)
    /// `max` or `min` with PyTorch's NaN.
    case extremum(BinaryOperator, DType, Int)
    /// A formula of `ElementaryFunctions`, on float32.
    case elementary(UnaryOperator, Int)

    /// The function's name; no program's name begins with `kw_`.
    var name: String {
        switch self {
        case .floorQuotient(let type): "kw_floor_quotient_\(type)"
        case .floorRemainder(let type): "kw_floor_remainder_\(type)"
        case .extremum(let operation, let type, let width): "kw_\(operation.rawValue)_\(type)\(Self.suffix(width))"
        case .elementary(let operation, let width): "kw_\(operation.rawValue)\(width == 1 ? "" : String(width))"
        }
    }

    private static func suffix(_ width: Int) -> String { width == 1 ? "" : "x\(width)" }

    var resultType: DType {
        switch self {
        case .floorQuotient(let type), .floorRemainder(let type), .extremum(_, let type, _): type
        case .elementary: .float32
        }
    }

    var width: Int {
        switch self {
        case .floorQuotient, .floorRemainder: 1
        case .extremum(_, _, let width), .elementary(_, let width): width
        }
    }

    /// Helpers that the text calls.
    var dependencies: [Helper] {
        guard case .elementary(let operation, let width) = self else { return [] }
        return ElementaryFunctions.dependencies(of: operation).map { .elementary($0, width) }
    }

    /// The function's definition.
    func text(_ dialect: any Dialect) -> String {
        let type = dialect.valueType(resultType, width: width)
        var writer = CodeWriter()
        switch self {
        case .floorQuotient:
            writer.open("\(dialect.helperQualifier) \(type) \(name)(\(type) a, \(type) b)")
            writer.line("return a / b - (a % b < 0);")
        case .floorRemainder:
            writer.open("\(dialect.helperQualifier) \(type) \(name)(\(type) a, \(type) b)")
            writer.line("return a % b < 0 ? a % b + b : a % b;")
        case .extremum(let operation, let element, let width):
            writer.open("\(dialect.helperQualifier) \(type) \(name)(\(type) a, \(type) b)")
            let symbol = operation == .max ? ">" : "<"
            writer.line("return \(Self.extremum(symbol, element, width, dialect).text);")
        case .elementary(let operation, let width):
            return ElementaryFunctions.text(operation, width: width, dialect)
        }
        writer.close()
        return writer.text
    }

    private static func extremum(_ symbol: String, _ type: DType, _ width: Int, _ dialect: any Dialect) -> Value {
        let (a, b) = (Value("a", type, width: width), Value("b", type, width: width))
        let isBeyond = dialect.compare(symbol, a, b)
        let isNaN = dialect.compare("!=", a, a)
        let condition: Value =
            switch (type.isFloatingPoint, width) {
            case (false, _): isBeyond
            case (true, 1): .infix("||", isBeyond, isNaN, .logicalOr)
            default:
                Value(
                    "\(isBeyond.text(within: .unary)) | \(isNaN.text(within: .unary))", .bool, width: width, .bitwise)
            }
        guard width > 1 else {
            return Value("\(condition.text(within: .logicalOr)) ? a : b", type, .conditional)
        }
        return dialect.select(condition, a, b)
    }
}

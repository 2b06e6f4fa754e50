import KernelIR

/// Constants, which C-like languages write alike but for suffixes and infinity.
extension Dialect {
    /// A literal that reads back as exactly the value rounded to the type, in the type `type.inRegisters`.
    func literal(_ value: Double, _ type: DType) -> Value {
        switch type {
        case .bool: return Value(value != 0 ? "1" : "0", .bool)
        case .float16, .bfloat16: return literal(Arithmetic.declared.rounded(value, to: type), .float32)
        case .float32:
            let rounded = Float(value)
            guard rounded.isFinite else { return nonFinite(value, type) }
            return signed("\(rounded.magnitude)f", isNegative: rounded.sign == .minus, type)
        case .float64:
            guard value.isFinite else { return nonFinite(value, type) }
            return signed("\(value.magnitude)", isNegative: value.sign == .minus, type)
        default: return IntegerLiteral(value, type).written(suffix: integerSuffixes[type] ?? "")
        }
    }

    /// A magnitude with its sign.
    func signed(_ magnitude: String, isNegative: Bool, _ type: DType) -> Value {
        isNegative ? Value("-" + magnitude, type, .unary) : Value(magnitude, type)
    }
}

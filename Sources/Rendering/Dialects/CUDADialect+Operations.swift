import KernelIR

/// Arithmetic, on scalars only.
///
/// Source: CUDA C++ Programming Guide, "Mathematical Functions" (single precision has names in `f`; without fast math
/// division and square root are rounded to nearest, and denormals are kept).
extension CUDADialect {
    func fma(_ a: Value, _ b: Value, _ c: Value) -> Value { call("fma", [a, b, c]) }

    func power(_ base: Value, _ exponent: Value) -> Value { call("pow", [base, exponent]) }

    func function(_ operation: UnaryOperator, _ operand: Value) -> Value {
        switch operation {
        case .reciprocal:
            let one = literal(1, operand.type)
            return Value("\(one.text) / \(operand.text(above: .multiplicative))", operand.type, .multiplicative)
        case .absolute: return call("fabs", [operand])
        default: return call(operation.rawValue, [operand])
        }
    }

    func compare(_ symbol: String, _ left: Value, _ right: Value) -> Value {
        let isEquality = symbol == "==" || symbol == "!="
        var result = Value.infix(symbol, left, right, isEquality ? .equality : .relational)
        result.type = .bool
        return result
    }

    func convert(_ value: Value, to type: DType) -> Value {
        guard value.type != type else { return value }
        return Value("(\(valueType(type, width: 1)))\(value.text(within: .unary))", type, .unary)
    }

    func number(_ truth: Value) -> Value { Value("(int)\(truth.text(within: .primary))", .int32, .unary) }

    func bits(_ value: Value, as type: DType) -> Value {
        let names: [DType: String] = [
            .float32: "float", .int32: "int", .uint32: "uint", .float64: "double", .int64: "longlong",
        ]
        guard let from = names[value.type], let to = names[type], from != to else { return convert(value, to: type) }
        return Value("__\(from)_as_\(to)(\(value.text))", type)
    }

    private func call(_ name: String, _ operands: [Value]) -> Value {
        let type = operands[0].type
        let suffix = type == .float32 ? "f" : ""
        return Value("\(name)\(suffix)(\(operands.map(\.text).joined(separator: ", ")))", type)
    }
}

// MARK: Vectors

/// What only vectors ask for: `ScalarLanes` leaves none, so all of it is about one lane.
extension CUDADialect {
    func vector(_ lanes: [Value]) -> Value {
        precondition(lanes.count == 1, "CUDA values are scalars")
        return lanes[0]
    }

    func broadcast(_ value: Value, width: Int) -> Value { value }

    func lanes(_ elements: [Int], of vector: Value) -> Value { vector }

    func assignableLanes(_ elements: [Int], of vector: Value) -> String { vector.text }

    func select(_ mask: Value, _ whenTrue: Value, _ whenFalse: Value) -> Value {
        Value(
            "\(mask.text(above: .conditional)) ? \(whenTrue.text(above: .conditional))"
                + " : \(whenFalse.text(above: .conditional))", whenTrue.type, .conditional)
    }

    /// Streaming is a store of its own here (see `MemoryPacks`), no function.
    func streamingStore(_ value: Value, isAligned: Bool) -> [String] {
        [store(value, "p", Value("0", .int32), as: value.type) + ";"]
    }

    func isAligned(_ pointer: String, to bytes: Int) -> Value? { nil }

    /// Nothing: `ScalarLanes` drops the hint, which C++ can give in assembly only.
    var prefetch: [String] { [] }
}

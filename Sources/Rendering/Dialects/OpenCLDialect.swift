import KernelIR

/// OpenCL C 1.2 with explicit vector types.
///
/// Source: The OpenCL Specification 1.2, chapter 6 (the OpenCL C programming language).
struct OpenCLDialect: Dialect {
    var language: Solution.Target.Language { .opencl }
    var sourcePath: String { "kernels.cl" }
    var reservedWords: Set<String> { Self.words }
    var helperQualifier: String { "static inline" }
    var barrier: String { "barrier(CLK_LOCAL_MEM_FENCE);" }

    func prologue(usesDouble: Bool) -> [String] {
        usesDouble ? ["#pragma OPENCL EXTENSION cl_khr_fp64 : enable"] : []
    }

    func signature(kernel: String, parameters: [KernelParameter], groupSize: [Int]) -> String {
        let list = parameters.map { parameter in
            "\(devicePointer(parameter.type, isReadOnly: parameter.isReadOnly)) restrict \(parameter.name)"
        }
        let size = groupSize.map(String.init).joined(separator: ", ")
        return "__kernel __attribute__((reqd_work_group_size(\(size)))) void \(kernel)"
            + "(\(list.joined(separator: ", ")))"
    }

    func devicePointer(_ type: DType, isReadOnly: Bool) -> String {
        "__global \(isReadOnly ? "const " : "")\(storageType(type)) *"
    }

    func groupIndex(_ dimension: Int) -> String { "get_group_id(\(dimension))" }
    func localIndex(_ dimension: Int) -> String { "get_local_id(\(dimension))" }

    func valueType(_ type: DType, width: Int) -> String {
        let scalar =
            switch type {
            case .float32: "float"
            case .float16, .bfloat16: preconditionFailure("the renderer refuses 16-bit types")
            case .float64: "double"
            case .int8: "char"
            case .uint8: "uchar"
            case .int16: "short"
            case .uint16: "ushort"
            case .int32, .bool: "int"
            case .uint32: "uint"
            case .int64: "long"
            case .uint64: "ulong"
            }
        return width == 1 ? scalar : "\(scalar)\(width)"
    }

    func storageType(_ type: DType) -> String {
        type == .bool ? "uchar" : valueType(type, width: 1)
    }

    func array(_ name: String, _ type: DType, count: Int, isShared: Bool) -> String {
        "\(isShared ? "__local " : "")\(storageType(type)) \(name)[\(count)] __attribute__((aligned(64)))"
    }
}

// MARK: Values

extension OpenCLDialect {
    func literal(_ value: Double, _ type: DType) -> Value {
        switch type {
        case .bool: return Value(value != 0 ? "1" : "0", .bool)
        case .float32, .float16, .bfloat16:
            let rounded = Float(value)
            guard rounded.isFinite else { return infinite(value, type) }
            return signed("\(rounded.magnitude)f", isNegative: rounded.sign == .minus, type)
        case .float64:
            guard value.isFinite else { return infinite(value, type) }
            return signed("\(value.magnitude)", isNegative: value.sign == .minus, type)
        default: return integer(Int(value), type)
        }
    }

    private func integer(_ value: Int, _ type: DType) -> Value {
        let suffix = type == .int64 ? "L" : ""
        // The magnitude of the least integer is no literal of its own type.
        let least = type == .int64 ? Int.min : Int(Int32.min)
        if value == least { return Value("-\((value + 1).magnitude)\(suffix) - 1\(suffix)", type, .additive) }
        return signed("\(value.magnitude)\(suffix)", isNegative: value < 0, type)
    }

    private func infinite(_ value: Double, _ type: DType) -> Value {
        value.isNaN ? Value("NAN", type) : signed("INFINITY", isNegative: value < 0, type)
    }

    private func signed(_ magnitude: String, isNegative: Bool, _ type: DType) -> Value {
        isNegative ? Value("-" + magnitude, type, .unary) : Value(magnitude, type)
    }

    func vector(_ lanes: [Value]) -> Value {
        let type = lanes[0].type
        let texts = lanes.map { type == .bool ? "-" + $0.text(within: .primary) : $0.text }
        return Value(
            "(\(valueType(type, width: lanes.count)))(\(texts.joined(separator: ", ")))", type, width: lanes.count,
            .unary)
    }

    func broadcast(_ value: Value, width: Int) -> Value {
        guard value.width == 1, width > 1 else { return value }
        let text = value.type == .bool ? "-" + value.text(within: .primary) : value.text
        return Value("(\(valueType(value.type, width: width)))(\(text))", value.type, width: width, .unary)
    }

    func lanes(_ elements: [Int], of vector: Value) -> Value {
        let text = assignableLanes(elements, of: vector)
        if vector.type == .bool, elements.count == 1 { return Value("\(text) != 0", .bool, .equality) }
        return Value(text, vector.type, width: elements.count)
    }

    func assignableLanes(_ elements: [Int], of vector: Value) -> String {
        let half = vector.width / 2
        if elements == Array(0..<vector.width) { return vector.text }
        if half > 1, elements == Array(0..<half) { return vector.text + ".lo" }
        if half > 1, elements == Array(half..<vector.width) { return vector.text + ".hi" }
        return vector.text + ".s" + elements.map { String($0, radix: 16) }.joined()
    }
}

// MARK: Memory

extension OpenCLDialect {
    func load(_ pointer: String, _ index: Value, _ type: DType, width: Int) -> Value {
        let address = index.text == "0" ? pointer : "\(pointer) + \(index.text(within: .additive))"
        let element = width == 1 ? "\(pointer)[\(index.text)]" : "vload\(width)(0, \(address))"
        guard type == .bool else { return Value(element, type, width: width) }
        let text = width == 1 ? element : "convert_int\(width)(\(element))"
        return Value("\(text) != 0", .bool, width: width, .equality)
    }

    func store(_ value: Value, _ pointer: String, _ index: Value) -> String {
        let address = index.text == "0" ? pointer : "\(pointer) + \(index.text(within: .additive))"
        let isMask = value.type == .bool && value.width > 1
        let stored = isMask ? "convert_uchar\(value.width)(\(number(value).text))" : value.text
        return value.width == 1
            ? "\(pointer)[\(index.text)] = \(stored)" : "vstore\(value.width)(\(stored), 0, \(address))"
    }
}

// MARK: Streaming

extension OpenCLDialect {
    /// Clang's builtin where the compiler has it and the address is aligned, else an ordinary store; with Clang one of a
    /// vector type of its elements' alignment, since PoCL's `vstore` writes a float16 in four parts.
    ///
    /// Source: Clang language extensions, "Non-temporal load/store builtins".
    func streamingStore(_ value: Value) -> [String] {
        let type = valueType(value.type, width: value.width)
        let mask = value.width * value.type.byteCount - 1
        return [
            "#if defined(__clang__) && __has_builtin(__builtin_nontemporal_store)",
            "if (((size_t)p & \(mask)) == 0) {",
            "    __builtin_nontemporal_store(\(value.text), (__global \(type) *)p);",
            "    return;",
            "}",
            "#endif",
            "#if defined(__clang__)",
            "typedef \(type) loose __attribute__((aligned(\(value.type.byteCount))));",
            "*(__global loose *)p = \(value.text);",
            "#else",
            store(value, "p", Value("0", .int32)) + ";",
            "#endif",
        ]
    }
}

// MARK: Operations

extension OpenCLDialect {
    func fma(_ a: Value, _ b: Value, _ c: Value) -> Value { call("fma", [a, b, c]) }

    func power(_ base: Value, _ exponent: Value) -> Value { call("pow", [base, exponent]) }

    func function(_ operation: UnaryOperator, _ operand: Value) -> Value {
        switch operation {
        case .reciprocal:
            let one = literal(1, operand.type)
            return Value(
                "\(one.text) / \(operand.text(above: .multiplicative))", operand.type, width: operand.width,
                .multiplicative)
        case .absolute: return call("fabs", [operand])
        default: return call(operation.rawValue, [operand])
        }
    }

    func compare(_ symbol: String, _ left: Value, _ right: Value) -> Value {
        let isEquality = symbol == "==" || symbol == "!="
        var result = Value.infix(symbol, left, right, isEquality ? .equality : .relational)
        result.type = .bool
        guard result.width > 1, left.type != .int32, left.type != .float32 else { return result }
        return Value("convert_int\(result.width)(\(result.text))", .bool, width: result.width)
    }

    func select(_ mask: Value, _ whenTrue: Value, _ whenFalse: Value) -> Value {
        let condition =
            switch whenTrue.type {
            case .float64, .int64, .uint64: "convert_long\(mask.width)(\(mask.text))"
            case .int8, .uint8: "convert_char\(mask.width)(\(mask.text))"
            case .int16, .uint16: "convert_short\(mask.width)(\(mask.text))"
            default: mask.text
            }
        return Value(
            "select(\(whenFalse.text), \(whenTrue.text), \(condition))", whenTrue.type, width: whenTrue.width)
    }

    func convert(_ value: Value, to type: DType) -> Value {
        let target = valueType(type, width: value.width)
        guard value.type != type else { return value }
        return value.width == 1
            ? Value("(\(target))\(value.text(within: .unary))", type, .unary)
            : Value("convert_\(target)(\(value.text))", type, width: value.width)
    }

    func number(_ truth: Value) -> Value {
        guard truth.width > 1 else {
            return Value("(int)\(truth.text(within: .primary))", .int32, .unary)
        }
        return Value("\(truth.text(within: .primary)) & 1", .int32, width: truth.width, .bitwise)
    }

    func bits(_ value: Value, as type: DType) -> Value {
        Value("as_\(valueType(type, width: value.width))(\(value.text))", type, width: value.width)
    }

    private func call(_ name: String, _ operands: [Value]) -> Value {
        Value("\(name)(\(operands.map(\.text).joined(separator: ", ")))", operands[0].type, width: operands[0].width)
    }
}

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

    func adapted(_ program: LoopProgram) throws -> LoopProgram {
        var result = program
        result.kernels = try program.kernels.map { try CrossItems.written($0, hasShuffles: false) }
        return result
    }

    func prologue(for text: String, usesDouble: Bool) -> [String] {
        usesDouble ? ["#pragma OPENCL EXTENSION cl_khr_fp64 : enable"] : []
    }

    func signature(kernel: String, parameters: [KernelParameter], groupSize: [Int]) -> String {
        let list = parameters.map { parameter in
            parameter.isScalar
                ? "const \(valueType(parameter.type, width: 1)) \(parameter.name)"
                : "\(devicePointer(parameter.type, isReadOnly: parameter.isReadOnly)) restrict \(parameter.name)"
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
            case .float16, .bfloat16: preconditionFailure("16-bit types are stored, never computed in")
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
        switch type {
        case .bool: "uchar"
        case .float16: "half"
        case .bfloat16: "ushort"
        default: valueType(type, width: 1)
        }
    }

    func array(_ name: String, _ type: DType, count: Int, isShared: Bool) -> String {
        "\(isShared ? "__local " : "")\(storageType(type)) \(name)[\(count)] __attribute__((aligned(64)))"
    }
}

// MARK: Values

extension OpenCLDialect {
    var integerSuffixes: [DType: String] { [.int64: "L", .uint32: "u", .uint64: "UL"] }

    func nonFinite(_ value: Double, _ type: DType) -> Value {
        value.isNaN ? Value("NAN", type) : signed("INFINITY", isNegative: value < 0, type)
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
        switch type {
        case .bool:
            let text = width == 1 ? element : "convert_int\(width)(\(element))"
            return Value("\(text) != 0", .bool, width: width, .equality)
        case .float16:
            // The only access to half that needs no arithmetic in it; PoCL makes one conversion of a vector.
            let text = width == 1 ? "vload_half(\(index.text), \(pointer))" : "vload_half\(width)(0, \(address))"
            return Value(text, .float32, width: width)
        case .bfloat16:
            // The upper half of a float32.
            let bits = width == 1 ? "(uint)\(element)" : "convert_uint\(width)(\(element))"
            return Value("as_\(valueType(.float32, width: width))(\(bits) << 16)", .float32, width: width)
        default: return Value(element, type, width: width)
        }
    }

    func store(_ value: Value, _ pointer: String, _ index: Value, as type: DType) -> String {
        let address = index.text == "0" ? pointer : "\(pointer) + \(index.text(within: .additive))"
        var stored = value.text
        switch type {
        case .float16:
            return value.width == 1
                ? "vstore_half_rte(\(stored), \(index.text), \(pointer))"
                : "vstore_half\(value.width)_rte(\(stored), 0, \(address))"
        case .bfloat16: stored = "\(Helper.brainBits(value.width).name)(\(stored))"
        case .bool where value.width > 1: stored = "convert_uchar\(value.width)(\(number(value).text))"
        default: break
        }
        return value.width == 1
            ? "\(pointer)[\(index.text)] = \(stored)" : "vstore\(value.width)(\(stored), 0, \(address))"
    }

    func brainBits(_ name: String, width: Int) -> String {
        let suffix = width == 1 ? "" : String(width)
        let (bits, real) = ("uint\(suffix)", "float\(suffix)")
        let notNumber = width == 1 ? "x != x ? 0x7fc0u : r" : "select(r, (\(bits))(0x7fc0u), x != x)"
        return """
            \(helperQualifier) ushort\(suffix) \(name)(\(real) x) {
                const \(bits) b = as_\(bits)(x);
                const \(bits) r = (b + 0x7fffu + (b >> 16 & 1u)) >> 16;
                return convert_ushort\(suffix)(\(notNumber));
            }

            """
    }
}

// MARK: Streaming

extension OpenCLDialect {
    /// Clang's builtin where the compiler has it and the address is aligned, else an ordinary store; with Clang one of a
    /// vector type of its elements' alignment, since PoCL's `vstore` writes a float16 in four parts.
    ///
    /// Source: Clang language extensions, "Non-temporal load/store builtins".
    func streamingStore(_ value: Value, isAligned: Bool) -> [String] {
        let type = valueType(value.type, width: value.width)
        let hasBuiltin = "#if defined(__clang__) && __has_builtin(__builtin_nontemporal_store)"
        let past = "__builtin_nontemporal_store(\(value.text), (__global \(type) *)p);"
        let ordinary = store(value, "p", Value("0", .int32), as: value.type) + ";"
        guard !isAligned else { return [hasBuiltin, past, "#else", ordinary, "#endif"] }
        let condition = self.isAligned("p", to: value.width * value.type.byteCount)
        return [
            hasBuiltin,
            "if (\(condition?.text ?? "0")) {",
            "    \(past)",
            "    return;",
            "}",
            "#endif",
            "#if defined(__clang__)",
            "typedef \(type) loose __attribute__((aligned(\(value.type.byteCount))));",
            "*(__global loose *)p = \(value.text);",
            "#else",
            ordinary,
            "#endif",
        ]
    }

    func isAligned(_ pointer: String, to bytes: Int) -> Value? {
        Value("((size_t)\(pointer) & \(bytes - 1)) == 0", .bool, .equality)
    }
}

// MARK: Prefetching

extension OpenCLDialect {
    /// Clang's builtin, into the second-level cache; PoCL's `prefetch` does nothing. Its argument is a pointer to private
    /// memory, which on CPUs is where all memory lies.
    ///
    /// Source: Clang language extensions, "__builtin_prefetch".
    var prefetch: [String] {
        ["#if defined(__clang__)", "__builtin_prefetch((const void *)(ulong)p, 0, 2);", "#endif"]
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

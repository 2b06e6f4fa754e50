import KernelIR

/// CUDA C++: threads for work-items, scalars for lanes, and short vectors where neighbours in memory are moved.
///
/// There is no arithmetic on vectors, so `ScalarLanes` writes lanes out before anything is printed, and every value has
/// width 1. Sources need no header: 16-bit types are bits in `unsigned short` (see `definitions`).
///
/// Source: CUDA C++ Programming Guide, "C++ Language Extensions" (function and variable qualifiers, built-in vector
/// types, built-in variables, synchronization functions, launch bounds).
struct CUDADialect: Dialect {
    var language: Solution.Target.Language { .cuda }
    var sourcePath: String { "kernels.cu" }
    var reservedWords: Set<String> { Self.words }
    /// Intrinsics such as `__expf`, and macros.
    var reservedPrefix: String? { "__" }
    var helperQualifier: String { "__device__ __forceinline__" }
    var barrier: String { "__syncthreads();" }
    var packs: (any MemoryPacks)? { self }
    var shuffles: (any WarpShuffles)? { self }
    var matrices: (any MatrixInstructions)? { self }
    var asyncCopies: (any AsyncCopies)? { self }
    var declaresIdleAxes: Bool { false }

    func adapted(_ program: LoopProgram) throws -> LoopProgram {
        var result = program
        result.kernels = try program.kernels.map { kernel in
            let kernel = try CrossItems.written(kernel, hasShuffles: true)
            return ScalarLanes.written(try LaunchLimits.cuda.fitted(kernel))
        }
        return result
    }

    func prologue(for text: String, usesDouble: Bool) -> [String] {
        var words = Self.identifiers(in: text)
        var used: [[String]] = []
        // What a definition calls stands before it.
        for definition in (Self.definitions + Self.copyDefinitions + Self.matrixDefinitions).reversed()
        where words.contains(definition.word) {
            used.append(definition.lines)
            words.formUnion(Self.identifiers(in: definition.lines.joined(separator: " ")))
        }
        return used.reversed().flatMap { $0 }
    }

    private static func identifiers(in text: String) -> Set<String> {
        Set(text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
    }

    func signature(kernel: String, parameters: [KernelParameter], groupSize: [Int]) -> String {
        let list = parameters.map { parameter in
            parameter.isScalar
                ? "const \(valueType(parameter.type, width: 1)) \(parameter.name)"
                : "\(devicePointer(parameter.type, isReadOnly: parameter.isReadOnly)) __restrict__ \(parameter.name)"
        }
        return "extern \"C\" __global__ void __launch_bounds__(\(groupSize.reduce(1, *))) \(kernel)"
            + "(\(list.joined(separator: ", ")))"
    }

    func devicePointer(_ type: DType, isReadOnly: Bool) -> String {
        "\(isReadOnly ? "const " : "")\(storageType(type)) *"
    }

    func groupIndex(_ dimension: Int) -> String { "blockIdx.\(Self.members[dimension])" }
    func localIndex(_ dimension: Int) -> String { "threadIdx.\(Self.members[dimension])" }

    /// The members of built-in variables and vectors, in order.
    static let members = ["x", "y", "z", "w"]

    func valueType(_ type: DType, width: Int) -> String {
        switch type {
        case .float32: "float"
        case .float16, .bfloat16: preconditionFailure("16-bit types are stored, never computed in")
        case .float64: "double"
        case .int8: "signed char"
        case .uint8: "unsigned char"
        case .int16: "short"
        case .uint16: "unsigned short"
        case .int32, .bool: "int"
        case .uint32: "unsigned int"
        case .int64: "long long"
        case .uint64: "unsigned long long"
        }
    }

    func storageType(_ type: DType) -> String {
        switch type {
        case .bool: "unsigned char"
        case .float16, .bfloat16: "unsigned short"
        default: valueType(type, width: 1)
        }
    }

    /// Aligned, so that neighbours can be moved together.
    func array(_ name: String, _ type: DType, count: Int, isShared: Bool) -> String {
        "\(isShared ? "__shared__ " : "")__align__(16) \(storageType(type)) \(name)[\(count)]"
    }
}

// MARK: Values

extension CUDADialect {
    var integerSuffixes: [DType: String] { [.int64: "LL", .uint32: "u", .uint64: "ULL"] }

    /// `INFINITY` and `NAN` are float; functions with overloads need the type itself.
    func nonFinite(_ value: Double, _ type: DType) -> Value {
        let cast = type == .float64 ? "(double)" : ""
        if value.isNaN { return Value(cast + "NAN", type, cast.isEmpty ? .primary : .unary) }
        let text = cast.isEmpty ? "INFINITY" : "\(cast)INFINITY"
        return value < 0 ? Value("-" + text, type, .unary) : Value(text, type, cast.isEmpty ? .primary : .unary)
    }

    func load(_ pointer: String, _ index: Value, _ type: DType, width: Int) -> Value {
        loaded("\(pointer)[\(index.text)]", type)
    }

    /// The value of an element of memory.
    func loaded(_ element: String, _ type: DType) -> Value {
        switch type {
        case .bool: Value("\(element) != 0", .bool, .equality)
        case .float16: Value("\(Self.fromHalf)(\(element))", .float32)
        case .bfloat16: Value("__uint_as_float((unsigned int)\(element) << 16)", .float32)
        default: Value(element, type)
        }
    }

    func store(_ value: Value, _ pointer: String, _ index: Value, as type: DType) -> String {
        "\(pointer)[\(index.text)] = \(stored(value, as: type))"
    }

    /// The element of memory that holds a value.
    func stored(_ value: Value, as type: DType) -> String {
        switch type {
        case .float16: "\(Self.toHalf)(\(value.text))"
        case .bfloat16: "\(Helper.brainBits(1).name)(\(value.text))"
        default: value.text
        }
    }
}

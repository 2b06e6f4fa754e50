import KernelIR

/// A small function that stands above the kernels of a source when one of them calls it.
enum Helper: Sendable, Hashable {
    case floorQuotient(DType)
    case floorRemainder(DType)
    /// `max` or `min` with PyTorch's NaN.
    case extremum(BinaryOperator, DType, Int)
    /// The first elements at a device address, at most a vector's lanes; the other lanes get a fill. Where the buffer
    /// goes on behind them, whole vectors are read.
    case loadFirst(DType, Int)
    /// Elements of a device buffer from a position on, in those lanes that lie in a range; the other lanes get a fill.
    /// Where the whole vector lies inside the buffer, it is read as one.
    case loadBetween(DType, Int)
    /// Elements at a device address that lie a number of elements apart.
    case strided(DType, Int)
    /// Writes the first lanes of a vector to a device address.
    case storeFirst(DType, Int, isStreaming: Bool)
    /// Writes a vector to a device address past the caches; aligned, to a multiple of its size.
    case stream(DType, Int, isAligned: Bool)
    /// Brings the cache line at a device address near; a hint.
    case prefetch(DType)
    /// The bits of a bfloat16 next to a float32: the upper half, rounded to nearest even.
    case brainBits(Int)
    /// log(1 + x) of a float32 in 0 … 1.
    case unitLog1p(Int)
    /// A formula of `ElementaryFunctions`, on float32.
    case elementary(UnaryOperator, Int)
    /// The place of a group, row · columns + column, by its number and the two extents.
    case groupOrder(Rasterization)

    /// The function's name; no program's name begins with `kw_`.
    var name: String {
        switch self {
        case .floorQuotient(let type): "kw_floor_quotient_\(type)"
        case .floorRemainder(let type): "kw_floor_remainder_\(type)"
        case .extremum(let operation, let type, let width): "kw_\(operation.rawValue)_\(type)\(Self.suffix(width))"
        case .loadFirst(let type, let width): "kw_load_first_\(type)\(Self.suffix(width))"
        case .loadBetween(let type, let width): "kw_load_between_\(type)\(Self.suffix(width))"
        case .strided(let type, let width): "kw_strided_\(type)\(Self.suffix(width))"
        case .storeFirst(let type, let width, let isStreaming):
            "kw_\(isStreaming ? "stream" : "store")_first_\(type)\(Self.suffix(width))"
        case .stream(let type, let width, let isAligned):
            "kw_stream_\(isAligned ? "aligned_" : "")\(type)\(Self.suffix(width))"
        case .prefetch(let type): "kw_prefetch_\(type)"
        case .brainBits(let width): "kw_bfloat16_bits\(width == 1 ? "" : String(width))"
        case .unitLog1p(let width): "kw_unit_log1p\(width == 1 ? "" : String(width))"
        case .elementary(let operation, let width): "kw_\(operation.rawValue)\(width == 1 ? "" : String(width))"
        case .groupOrder(let order): order.functionName
        }
    }

    private static func suffix(_ width: Int) -> String { width == 1 ? "" : "x\(width)" }

    var resultType: DType {
        switch self {
        case .floorQuotient(let type), .floorRemainder(let type), .extremum(_, let type, _),
            .stream(let type, _, _), .prefetch(let type):
            type
        case .loadFirst(let type, _), .loadBetween(let type, _), .strided(let type, _), .storeFirst(let type, _, _):
            type.inRegisters
        case .elementary, .unitLog1p: .float32
        case .brainBits: .uint16
        case .groupOrder: .int32
        }
    }

    var width: Int {
        switch self {
        case .floorQuotient, .floorRemainder, .prefetch: 1
        case .extremum(_, _, let width), .elementary(_, let width), .unitLog1p(let width), .loadFirst(_, let width),
            .loadBetween(_, let width), .strided(_, let width), .brainBits(let width), .storeFirst(_, let width, _),
            .stream(_, let width, _):
            width
        case .groupOrder: 1
        }
    }

    /// Helpers that the text calls.
    var dependencies: [Helper] {
        switch self {
        case .elementary(let operation, let width):
            ElementaryFunctions.dependencies(of: operation).map { .elementary($0, width) }
        case .storeFirst(let type, let width, true): [.stream(type, width, isAligned: false)]
        case .storeFirst(.bfloat16, let width, false):
            width == 1 ? [.brainBits(1)] : [.brainBits(1), .brainBits(width)]
        default: []
        }
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
        case .loadFirst(let element, let width): Self.loadFirst(name, element, width, dialect, &writer)
        case .loadBetween(let element, let width): Self.loadBetween(name, element, width, dialect, &writer)
        case .strided(let element, let width):
            let pointer = dialect.devicePointer(element, isReadOnly: true)
            writer.open("\(dialect.helperQualifier) \(type) \(name)(\(pointer) p, long stride)")
            let lanes = (0..<width).map { lane in
                let index = lane == 0 ? Value("0", .int64) : Value("\(lane) * stride", .int64, .multiplicative)
                return dialect.load("p", index, element, width: 1)
            }
            writer.line("return \(dialect.vector(lanes).text);")
        case .storeFirst(let element, let width, let isStreaming):
            let fullStore = isStreaming ? Self.stream(element, width, isAligned: false).name : nil
            Self.storeFirst(name, element, width, dialect, &writer, fullStore: fullStore)
        case .stream(let element, let width, let isAligned):
            let value = Value("value", element, width: width)
            let pointer = dialect.devicePointer(element, isReadOnly: false)
            writer.open("\(dialect.helperQualifier) void \(name)(\(type) value, \(pointer) p)")
            dialect.streamingStore(value, isAligned: isAligned).forEach { writer.line($0) }
        case .prefetch(let element):
            let pointer = dialect.devicePointer(element, isReadOnly: true)
            writer.open("\(dialect.helperQualifier) void \(name)(\(pointer) p)")
            dialect.prefetch.forEach { writer.line($0) }
        case .brainBits(let width): return dialect.brainBits(name, width: width)
        case .unitLog1p(let width):
            return ElementaryFunctions.unitLog1p(name, width: width, dialect)
        case .elementary(let operation, let width):
            return ElementaryFunctions.text(operation, width: width, dialect)
        case .groupOrder(let order):
            writer.open("\(dialect.helperQualifier) \(type) \(name)(\(type) number, \(type) rows, \(type) columns)")
            order.functionBody.forEach { writer.line($0) }
        }
        writer.close()
        return writer.text
    }

    /// The greater or lesser one; NaN where either is.
    ///
    /// With vectors a NaN of its own, not the operand, replaces what an `a` that is NaN gives: compilers would else join both
    /// conditions, and miss that the inner one is a maximum instruction.
    private static func extremum(_ symbol: String, _ type: DType, _ width: Int, _ dialect: any Dialect) -> Value {
        let (a, b) = (Value("a", type, width: width), Value("b", type, width: width))
        let isBeyond = dialect.compare(symbol, a, b)
        let isNaN = dialect.compare("!=", a, a)
        guard width > 1 else {
            let condition = type.isFloatingPoint ? Value.infix("||", isBeyond, isNaN, .logicalOr) : isBeyond
            return Value("\(condition.text(within: .logicalOr)) ? a : b", type, .conditional)
        }
        let further = dialect.select(isBeyond, a, b)
        guard type.isFloatingPoint else { return further }
        return dialect.select(isNaN, dialect.broadcast(dialect.literal(.nan, type), width: width), further)
    }
}

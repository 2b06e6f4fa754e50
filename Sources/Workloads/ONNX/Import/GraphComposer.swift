import KernelIR

/// Collects the nodes of a workload and infers their types; operators that ONNX has and ATen has not are composed of
/// several.
struct GraphComposer {
    private(set) var nodes: [Node] = []
    private(set) var constants: [Constant] = []
    /// Which ONNX node is being rewritten, as messages begin.
    var place = ""
    private var taken: Set<String>
    private var counters: [String: Int] = [:]
    private var literals: [Literal: String] = [:]
    private var stored: Set<String> = []
    private var firstNodeOfCall = 0

    private struct Literal: Hashable {
        var type: TensorType
        var values: [Double]
    }

    /// Starts an empty graph; names made here avoid the `reserved` ones.
    init(reserved: Set<String>) { taken = reserved }

    /// Adds an ATen operator with one result.
    mutating func emit(
        _ op: String, _ arguments: [Argument], keywords: [String: Argument] = [:], _ type: TensorType
    ) throws -> ImportedValue {
        let name = try add(op, arguments, keywords, [type])
        return ImportedValue(name: name, type: type, source: .runtime)
    }

    /// Adds an ATen operator with several results and reads those that are wanted.
    mutating func emit(
        several op: String, _ arguments: [Argument], _ types: [TensorType], wanted: Set<Int>? = nil
    ) throws -> [ImportedValue] {
        let source = try add(op, arguments, [:], types)
        return try types.indices.map { index in
            guard wanted?.contains(index) != false else {
                return ImportedValue(name: "", type: types[index], source: .runtime)
            }
            return try emit("getitem", [.value(source), .int(index)], types[index])
        }
    }

    /// How a node refers to a value; constants are stored with the workload at their first use.
    mutating func reference(_ value: ImportedValue) throws -> Argument {
        guard case .constant(let values) = value.source else { return .value(value.name) }
        if !value.name.isEmpty {
            if stored.insert(value.name).inserted { try store(values, value.type, as: value.name) }
            return .value(value.name)
        }
        let literal = Literal(type: value.type, values: values)
        if let name = literals[literal] { return .value(name) }
        let name = freshName("constant")
        try store(values, value.type, as: name)
        literals[literal] = name
        return .value(name)
    }

    mutating func reference(_ operand: Operand) throws -> Argument {
        switch operand {
        case .tensor(let value): try reference(value)
        case .number(let number): .number(number)
        }
    }

    mutating func references(_ values: [ImportedValue]) throws -> Argument {
        var items: [Argument] = []
        for value in values { items.append(try reference(value)) }
        return .list(items)
    }

    /// Begins the rewriting of an ONNX node.
    mutating func begin(_ place: String) {
        self.place = place
        firstNodeOfCall = nodes.count
    }

    /// Ends the rewriting of an ONNX node: gives a result its ONNX name where it was made by this rewriting.
    mutating func bind(_ value: ImportedValue, to name: String) -> ImportedValue {
        var bound = value
        if case .constant = value.source, value.name.isEmpty {
            bound.name = name
        } else if let index = nodes[firstNodeOfCall...].firstIndex(where: { $0.name == value.name }),
            !boundNames.contains(value.name)
        {
            nodes[index].name = name
            for later in nodes.indices[(index + 1)...] { nodes[later].rename(value.name, to: name) }
            bound.name = name
            boundNames.insert(name)
        }
        return bound
    }

    private var boundNames: Set<String> = []

    func error(_ message: String, hint: String) -> KernelwrightError {
        KernelwrightError(.badInput, "\(place): \(message)", hint: hint)
    }

    private mutating func add(
        _ op: String, _ arguments: [Argument], _ keywords: [String: Argument], _ types: [TensorType]
    ) throws -> String {
        for type in types {
            guard type.shape.count <= Self.largestRank, type.checkedByteCount != nil else {
                throw error("a result of shape \(type.shape) is too large", hint: "at most \(TensorType.largest) bytes")
            }
        }
        guard nodes.count < Self.largestGraph else {
            throw error("the model needs more than \(Self.largestGraph) nodes", hint: "shorten its sequences")
        }
        let parts = op.split(separator: ".")
        let name = freshName(String(parts.count > 1 ? parts[1] : parts[0]))
        nodes.append(Node(name: name, op: op, arguments: arguments, keywordArguments: keywords, outputs: types))
        return name
    }

    private mutating func store(_ values: [Double], _ type: TensorType, as name: String) throws {
        if type.dtype.isInteger, let large = values.first(where: { $0.magnitude > 0x1p53 }) {
            throw error("constant \(name) holds \(large)", hint: "integers are held up to 2⁵³")
        }
        if let odd = values.first(where: { !type.dtype.represents($0) }) {
            throw error("constant \(name) holds \(odd)", hint: "give values of the type \(type.dtype.rawValue)")
        }
        constants.append(Constant(name: name, dtype: type.dtype, shape: type.shape, values: values))
    }

    private mutating func freshName(_ base: String) -> String {
        while true {
            let number = counters[base, default: 0]
            counters[base] = number + 1
            let name = number == 0 ? base : "\(base)_\(number)"
            if taken.insert(name).inserted { return name }
        }
    }

    private static let largestRank = 64
    private static let largestGraph = 1 << 18
}

extension Node {
    /// Replaces every reference to a value.
    fileprivate mutating func rename(_ old: String, to new: String) {
        arguments = arguments.map { $0.renamed(old, to: new) }
        keywordArguments = keywordArguments.mapValues { $0.renamed(old, to: new) }
    }
}

extension Argument {
    fileprivate func renamed(_ old: String, to new: String) -> Argument {
        switch self {
        case .value(old): .value(new)
        case .list(let items): .list(items.map { $0.renamed(old, to: new) })
        default: self
        }
    }
}

import KernelIR

extension Workload {
    /// Checks names, types, constants and the order of definitions.
    ///
    /// Throws `badInput` naming the tensor or node and the legal choices.
    public func validate() throws(KernelwrightError) {
        var defined: Set<String> = []
        for spec in inputs + parameters + constants.map(\.spec) {
            try define(spec.name, "tensor", in: &defined)
            try check(spec.type, "tensor \(spec.name)")
        }
        for constant in constants { try check(constant) }
        try weights?.check(against: parameters)
        for node in nodes {
            try check(node, defined)
            try define(node.name, "node", in: &defined)
        }
        try checkOutputs(defined)
    }

    private func define(_ name: String, _ kind: String, in defined: inout Set<String>) throws(KernelwrightError) {
        guard !name.isEmpty else { throw bad("a \(kind) has no name", hint: "name every \(kind)") }
        guard defined.insert(name).inserted else {
            throw bad("\(kind) \(name) is defined twice", hint: "names of tensors and nodes must be unique")
        }
    }

    private func check(_ type: TensorType, _ place: String) throws(KernelwrightError) {
        if let extent = type.shape.first(where: { $0 < 0 }) {
            throw bad("\(place) has the negative size \(extent)", hint: "sizes are 0 or more")
        }
        var bytes = type.dtype.byteCount
        for extent in type.shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
            guard !overflow, product <= Self.largestTensor else {
                throw bad("\(place) of shape \(type.shape) is too large", hint: "at most \(Self.largestTensor) bytes")
            }
            bytes = product
        }
    }

    /// The largest tensor accepted, 1 TiB: beyond it sizes are surely mistaken.
    private static let largestTensor = 1 << 40

    private func check(_ constant: Constant) throws(KernelwrightError) {
        guard constant.values.count == constant.type.elementCount else {
            throw bad(
                "constant \(constant.name) has \(constant.values.count) values for the shape \(constant.shape)",
                hint: "give \(constant.type.elementCount) values or a single one")
        }
        if let value = constant.values.first(where: { !constant.dtype.represents($0) }) {
            throw bad(
                "constant \(constant.name) holds \(value), which is no \(constant.dtype.rawValue)",
                hint: "give values of the declared dtype")
        }
    }

    private func check(_ node: Node, _ defined: Set<String>) throws(KernelwrightError) {
        for name in node.references where !defined.contains(name) {
            let later =
                nodes.contains { $0.name == name } ? "uses %\(name) before it is defined" : "uses undefined %\(name)"
            throw bad("node \(node.name) (\(node.op)) \(later)", hint: "defined there: \(Self.list(defined))")
        }
        for type in node.outputs { try check(type, "node \(node.name)") }
    }

    private func checkOutputs(_ defined: Set<String>) throws(KernelwrightError) {
        guard !outputs.isEmpty else { throw bad("it has no outputs", hint: "name at least one: \(Self.list(defined))") }
        let types = valueTypes
        for name in outputs {
            guard let found = types[name] else {
                throw bad("output %\(name) is undefined", hint: "defined: \(Self.list(defined))")
            }
            guard found.count == 1 else {
                throw bad("output %\(name) is \(found.count) tensors", hint: "pick one of them with a getitem node")
            }
        }
    }

    private func bad(_ message: String, hint: String) -> KernelwrightError {
        KernelwrightError(.badInput, "workload \(name): \(message)", hint: hint)
    }

    /// Names in alphabetical order, cut after a dozen.
    private static func list(_ names: Set<String>) -> String {
        let sorted = names.sorted()
        return sorted.prefix(12).map { "%" + $0 }.joined(separator: " ") + (sorted.count > 12 ? " …" : "")
    }
}

extension DType {
    /// Whether a number is one of the type's values; any number counts for floating-point types.
    func represents(_ value: Double) -> Bool {
        switch self {
        case .float16, .bfloat16, .float32, .float64: true
        case .int8: Int8(exactly: value) != nil
        case .uint8: UInt8(exactly: value) != nil
        case .int16: Int16(exactly: value) != nil
        case .uint16: UInt16(exactly: value) != nil
        case .int32: Int32(exactly: value) != nil
        case .uint32: UInt32(exactly: value) != nil
        case .int64: Int64(exactly: value) != nil
        case .uint64: UInt64(exactly: value) != nil
        case .bool: value == 0 || value == 1
        }
    }
}

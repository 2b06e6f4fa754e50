import KernelIR

/// Replaces calls of a model's own functions by their bodies (https://onnx.ai/onnx/repo-docs/IR.html#functions).
struct FunctionInliner {
    private let model: Onnx_ModelProto
    private let name: String
    private let functions: [String: Onnx_FunctionProto]
    private var nodes: [Onnx_NodeProto] = []
    private var calls = 0

    /// More nodes than this are refused, so that functions that call each other twice cannot fill the memory.
    private static let largestGraph = 1 << 18
    private static let deepestCall = 32

    init(_ model: Onnx_ModelProto, name: String) {
        self.model = model
        self.name = name
        functions = Dictionary(model.functions.map { (Self.key($0.domain, $0.name, $0.overload), $0) }) { first, _ in
            first
        }
    }

    /// The model's graph without calls of functions.
    func graph() throws -> Onnx_GraphProto {
        guard !functions.isEmpty else { return model.graph }
        var copy = self
        for node in model.graph.node { try copy.add(node, depth: 0) }
        var graph = model.graph
        graph.node = copy.nodes
        return graph
    }

    private static func key(_ domain: String, _ name: String, _ overload: String) -> String {
        "\(domain == "ai.onnx" ? "" : domain)/\(name)/\(overload)"
    }

    private mutating func add(_ node: Onnx_NodeProto, depth: Int) throws {
        guard let function = functions[Self.key(node.domain, node.opType, node.overload)] else {
            guard nodes.count < Self.largestGraph else { throw error("functions expand without end") }
            return nodes.append(node)
        }
        guard depth < Self.deepestCall else { throw error("function \(function.name) calls itself") }
        calls += 1
        guard calls < Self.largestGraph else { throw error("functions expand without end") }
        let names = try binding(node, function, prefix: "\(node.name.isEmpty ? function.name : node.name).\(calls)/")
        for inner in function.node {
            var copy = inner
            copy.name = "\(node.name.isEmpty ? function.name : node.name)/\(inner.name)"
            copy.input = inner.input.map(names)
            copy.output = inner.output.map(names)
            copy.attribute = attributes(of: inner, in: function, called: node)
            try add(copy, depth: depth + 1)
        }
    }

    /// Names inside a function as names of the graph: those of the call's operands, else new ones.
    private func binding(
        _ node: Onnx_NodeProto, _ function: Onnx_FunctionProto, prefix: String
    ) throws -> (String) -> String {
        guard node.input.count <= function.input.count, node.output.count <= function.output.count else {
            throw error("function \(function.name) is called with too many operands")
        }
        var names = ["": ""]
        for (index, formal) in function.input.enumerated() {
            names[formal] = index < node.input.count ? node.input[index] : ""
        }
        for (formal, actual) in zip(function.output, node.output) where !actual.isEmpty { names[formal] = actual }
        return { names[$0] ?? prefix + $0 }
    }

    /// The attributes of a node in a function, those that refer to the function's replaced by the call's or the default.
    private func attributes(
        of inner: Onnx_NodeProto, in function: Onnx_FunctionProto, called node: Onnx_NodeProto
    ) -> [Onnx_AttributeProto] {
        inner.attribute.compactMap { attribute in
            guard !attribute.refAttrName.isEmpty else { return attribute }
            let reference = attribute.refAttrName
            let given = node.attribute.first { $0.name == reference }
            guard var value = given ?? function.attributeProto.first(where: { $0.name == reference }) else {
                return nil
            }
            value.name = attribute.name
            return value
        }
    }

    private func error(_ message: String) -> KernelwrightError {
        KernelwrightError(.badInput, "\(name): \(message)", hint: "inline the model's functions with onnx.inliner")
    }
}

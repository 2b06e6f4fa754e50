import Foundation
import KernelIR

/// One import under way: rewrites live nodes in order and remembers what each ONNX value became.
struct GraphImport {
    private let model: OnnxSource
    private let reader: TensorReader
    private let live: Set<String>
    private var composer: GraphComposer
    private var values: [String: ImportedValue] = [:]
    private var inputs: [TensorSpec] = []
    private var weights: [(spec: TensorSpec, bytes: Data)] = []

    /// Declares the graph's inputs and initializers; `fixed` inputs are constants.
    init(_ model: OnnxSource, fixed: [String: Constant]) throws {
        self.model = model
        reader = TensorReader(model: model.name, folder: model.folder)
        live = model.liveValues
        let graph = model.graph
        composer = GraphComposer(
            reserved: Set(graph.input.map(\.name) + graph.initializer.map(\.name) + graph.node.flatMap(\.output)))
        guard graph.sparseInitializer.isEmpty else {
            throw error("sparse initializers", hint: "store initializers as dense tensors")
        }
        let initialized = Set(graph.initializer.map(\.name))
        for input in graph.input where !initialized.contains(input.name) { try declare(input, fixed[input.name]) }
        for tensor in graph.initializer { try declare(tensor) }
    }

    /// Rewrites every node an output depends on and gives the validated workload.
    mutating func finish() throws -> OnnxImport {
        for (index, node) in model.graph.node.enumerated() where node.output.contains(where: live.contains) {
            try rewrite(node, index)
        }
        var outputs: [String] = []
        for output in model.graph.output {
            guard let value = values[output.name] else {
                throw error("output \(output.name) is undefined", hint: "outputs are results of nodes or inputs")
            }
            try check(value, against: output)
            composer.begin("\(model.name): output \(output.name)")
            guard case .value(let name) = try composer.reference(value) else { continue }
            outputs.append(name)
        }
        var workload = prune(
            Workload(
                name: model.name, inputs: inputs, parameters: weights.map(\.spec), constants: composer.constants,
                nodes: composer.nodes, outputs: outputs))
        try workload.validate()
        let used = Set(workload.parameters.map(\.name))
        let stored = weights.filter { used.contains($0.spec.name) }
        if !stored.isEmpty { workload.weights = Weights(try SafetensorsFile(stored)) }
        return OnnxImport(workload: workload)
    }

    private mutating func rewrite(_ node: Onnx_NodeProto, _ index: Int) throws {
        let place = "\(model.name): \(OnnxSource.describe(node, index))"
        guard ["", "ai.onnx"].contains(node.domain), let rule = ImportTable.rules[node.opType] else {
            let domain = ["", "ai.onnx"].contains(node.domain) ? "" : " of the domain \(node.domain)"
            throw KernelwrightError(
                .badInput, "\(place): unsupported operator \(node.opType)\(domain)",
                hint: "supported: " + OnnxImport.supportedOperators.joined(separator: " "))
        }
        let operands = try node.input.map { name -> ImportedValue? in
            guard !name.isEmpty else { return nil }
            guard let value = values[name] else {
                throw KernelwrightError(
                    .badInput, "\(place) reads \(name), which nothing before it defines",
                    hint: "nodes stand in the order in which they run, without cycles")
            }
            return value
        }
        let call = OnnxCall(place: place, node: node, version: model.operatorSet, inputs: operands, reader: reader)
        composer.begin(place)
        let results = try rule(call, &composer)
        for (number, name) in node.output.enumerated() where !name.isEmpty && live.contains(name) {
            guard number < results.count else {
                throw call.error("result \(number) (\(name)) is not supported", hint: "results 0 ..< \(results.count)")
            }
            guard values[name] == nil else {
                throw call.error("\(name) is defined once more", hint: "names are unique")
            }
            values[name] = composer.bind(results[number], to: name)
        }
    }

    private mutating func declare(_ input: Onnx_ValueInfoProto, _ constant: Constant?) throws {
        let type = try type(of: input)
        guard values[input.name] == nil, !input.name.isEmpty else {
            throw error("input \(input.name) is declared twice or has no name", hint: "names are unique")
        }
        var value = ImportedValue(name: input.name, type: type, source: .runtime)
        if let constant {
            guard constant.shape == type.shape else {
                throw error("input \(input.name) is given as \(constant.shape)", hint: "its shape is \(type.shape)")
            }
            value.source = .constant(constant.values)
        } else {
            inputs.append(TensorSpec(name: input.name, dtype: type.dtype, shape: type.shape))
        }
        values[input.name] = value
    }

    private mutating func declare(_ tensor: Onnx_TensorProto) throws {
        guard !tensor.name.isEmpty, values[tensor.name] == nil else {
            throw error("initializer \(tensor.name) is defined twice or has no name", hint: "names are unique")
        }
        guard live.contains(tensor.name) else { return }
        let type = try reader.type(of: tensor)
        let bytes = try reader.bytes(of: tensor, type)
        var value = ImportedValue(name: tensor.name, type: type, source: .weight(bytes))
        if type.dtype.isFloatingPoint, type.elementCount > 1 {
            let spec = TensorSpec(name: tensor.name, dtype: type.dtype, shape: type.shape)
            weights.append((spec, bytes))
        } else {
            value.source = .constant(type.numbers(bytes))
        }
        values[tensor.name] = value
    }

    /// The static type of an input; symbolic extents must be set.
    private func type(of input: Onnx_ValueInfoProto) throws -> TensorType {
        let place = "input \(input.name)"
        guard case .tensorType(let tensor)? = input.type.value else {
            throw error("\(place) is no tensor", hint: "sequences, maps and optional values are not supported")
        }
        let dtype = try reader.dtype(tensor.elemType, place)
        guard tensor.hasShape else {
            throw error("\(place) has no shape", hint: "give the model static shapes, e.g. with onnx.shape_inference")
        }
        var shape: [Int] = []
        for (axis, dimension) in tensor.shape.dim.enumerated() {
            if case .dimValue(let extent)? = dimension.value {
                shape.append(Int(extent))
                continue
            }
            let symbol = dimension.dimParam.isEmpty ? "\(input.name).\(axis)" : dimension.dimParam
            guard let extent = model.dimensions[symbol] ?? model.dimensions["\(input.name).\(axis)"] else {
                throw error(
                    "axis \(axis) of \(place) has the symbolic extent \(symbol)", hint: "set it: --set \(symbol)=8")
            }
            shape.append(extent)
        }
        let type = TensorType(dtype: dtype, shape: shape)
        guard type.checkedByteCount != nil else {
            throw error("\(place) has the shape \(shape)", hint: "extents are 0 or more, tensors at most 2⁴⁰ bytes")
        }
        return type
    }

    /// Compares a result with what the graph declares of it.
    private func check(_ value: ImportedValue, against output: Onnx_ValueInfoProto) throws {
        guard case .tensorType(let tensor)? = output.type.value else { return }
        let declared = try reader.dtype(tensor.elemType, "output \(output.name)")
        guard declared == value.dtype else {
            throw error(
                "output \(output.name) is computed as \(value.type)", hint: "it is declared \(declared.rawValue)")
        }
        guard tensor.hasShape else { return }
        let extents = tensor.shape.dim.map { dimension -> Int64? in
            if case .dimValue(let extent)? = dimension.value { extent } else { nil }
        }
        guard extents.count == value.rank, zip(extents, value.shape).allSatisfy({ $0 == nil || Int($0!) == $1 }) else {
            let declared = extents.map { $0.map(String.init) ?? "?" }.joined(separator: ", ")
            throw error("output \(output.name) is computed as \(value.type)", hint: "it is declared [\(declared)]")
        }
    }

    /// Drops nodes, parameters and constants no output depends on; inputs stay.
    private func prune(_ workload: Workload) -> Workload {
        var pruned = workload
        let live = workload.liveValues
        pruned.nodes.removeAll { !live.contains($0.name) }
        pruned.parameters.removeAll { !live.contains($0.name) }
        pruned.constants.removeAll { !live.contains($0.name) }
        return pruned
    }

    private func error(_ message: String, hint: String) -> KernelwrightError {
        KernelwrightError(.badInput, "\(model.name): \(message)", hint: hint)
    }
}

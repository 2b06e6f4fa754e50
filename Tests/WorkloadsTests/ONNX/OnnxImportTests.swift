import Foundation
import KernelIR
import SwiftProtobuf
import Testing

@testable import Workloads

@Suite("ONNX import") struct OnnxImportTests {
    private let x = TensorSpec(name: "x", dtype: .float32, shape: [2, 6])

    private func node(
        _ op: String, _ inputs: [String], _ outputs: [String] = ["y"], _ attributes: [OnnxAttribute] = []
    ) -> Onnx_NodeProto {
        var node = Onnx_NodeProto()
        (node.opType, node.name, node.input, node.output) = (op, "the_\(op)", inputs, outputs)
        node.attribute = attributes.map(\.proto)
        return node
    }

    private func tensor(_ name: String, _ dtype: DType, _ shape: [Int], _ values: [Double]) -> Onnx_TensorProto {
        var tensor = Onnx_TensorProto(dtype, shape, values)
        tensor.name = name
        return tensor
    }

    private func model(
        _ nodes: [Onnx_NodeProto], inputs: [TensorSpec]? = nil, initializers: [Onnx_TensorProto] = [],
        version: Int = 21
    ) -> Onnx_ModelProto {
        var model = Onnx_ModelProto()
        var operators = Onnx_OperatorSetIdProto()
        operators.version = Int64(version)
        model.opsetImport = [operators]
        model.graph.node = nodes
        model.graph.initializer = initializers
        model.graph.input = (inputs ?? [x]).map(Onnx_ValueInfoProto.init(spec:))
        var output = Onnx_ValueInfoProto()
        output.name = "y"
        model.graph.output = [output]
        return model
    }

    private func workload(
        _ model: Onnx_ModelProto, folder: URL? = nil, dimensions: [String: Int] = [:],
        constants: [String: Constant] = [:]
    ) throws -> Workload {
        try OnnxImport(
            data: model.serializedData(), folder: folder, name: "m", dimensions: dimensions, constants: constants
        ).workload
    }

    private func expectError(_ model: Onnx_ModelProto, folder: URL? = nil, _ parts: String...) {
        #expect {
            try workload(model, folder: folder)
        } throws: { error in
            guard let error = error as? KernelwrightError, error.code == .badInput else { return false }
            return parts.allSatisfy { error.description.contains($0) }
        }
    }

    @Test("An operator becomes a node of the output's name")
    func relu() throws {
        let workload = try workload(model([node("Relu", ["x"])]))
        #expect(
            workload.nodes == [Node(name: "y", op: "aten.relu.default", arguments: [.value("x")], outputs: [x.type])])
        #expect(workload.inputs == [x])
        #expect(workload.outputs == ["y"])
    }

    @Test("Float initializers are parameters with values, others constants")
    func initializers() throws {
        let nodes = [
            node("Gather", ["x", "i"], ["g"], [.int("axis", 1)]), node("Mul", ["g", "w"], ["m"]),
            node("Add", ["m", "s"]),
        ]
        let given = [
            tensor("w", .float32, [3], [1, 2, 3]), tensor("s", .float32, [], [5]),
            tensor("i", .int64, [3], [0, 2, -1]),
        ]
        let workload = try workload(model(nodes, initializers: given))
        #expect(workload.parameters.map(\.name) == ["w"])
        #expect(workload.weights?.file.bytes(of: "w") == given[0].rawData)
        #expect(workload.constants.map(\.name).sorted() == ["i", "s"])
        #expect(workload.outputTypes == [TensorType(dtype: .float32, shape: [2, 3])])
    }

    @Test("Arithmetic on shapes is done when the model is read")
    func shapeArithmetic() throws {
        let nodes = [
            node("Shape", ["x"], ["shape"]), node("Gather", ["shape", "one"], ["last"]),
            node("Div", ["last", "two"], ["half"]), node("Concat", ["minus", "half"], ["target"], [.int("axis", 0)]),
            node("Reshape", ["x", "target"]),
        ]
        let given = [
            tensor("one", .int64, [1], [1]), tensor("two", .int64, [1], [2]), tensor("minus", .int64, [1], [-1]),
        ]
        let workload = try workload(model(nodes, initializers: given))
        #expect(workload.nodes.map(\.op) == ["aten.reshape.default"])
        #expect(workload.outputTypes.map(\.shape) == [[4, 3]])
        #expect(workload.constants.isEmpty)
    }

    @Test("Pads that an exporter computes backwards are known")
    func reversedPads() throws {
        let nodes = [
            node("Slice", ["pads", "from", "to", "zero", "from"], ["rows"]),
            node("Transpose", ["rows"], ["columns"]), node("Reshape", ["columns", "from"], ["list"]),
            node("Pad", ["x", "list"]),
        ]
        let given = [
            tensor("pads", .int64, [2, 2], [3, 4, 1, 2]), tensor("from", .int64, [1], [-1]),
            tensor("to", .int64, [1], [-9]), tensor("zero", .int64, [1], [0]),
        ]
        let workload = try workload(model(nodes, initializers: given))
        // Rows [1, 2] and [3, 4], read by columns: 1, 3 before and 2, 4 after the axes.
        #expect(workload.outputTypes.map(\.shape) == [[5, 13]])
        #expect(workload.nodes.map(\.op) == ["aten.constant_pad_nd.default"])
    }

    @Test("A symbolic extent must be set, by its name or its place")
    func symbolicExtents() throws {
        var symbolic = model([node("Relu", ["x"])])
        symbolic.graph.input[0].type.tensorType.shape.dim[0].dimParam = "N"
        expectError(symbolic, "input x", "N", "--set N=8")
        #expect(try workload(symbolic, dimensions: ["N": 8]).inputs[0].shape == [8, 6])
        #expect(try workload(symbolic, dimensions: ["x.0": 3]).inputs[0].shape == [3, 6])
    }

    @Test("A given value makes an input a constant only where an operator must know it")
    func givenValues() throws {
        let inputs = [x, TensorSpec(name: "shape", dtype: .int64, shape: [1])]
        let reshape = model([node("Reshape", ["x", "shape"])], inputs: inputs)
        expectError(reshape, "the shape must be known", "graph input shape")
        let given = [
            "shape": Constant(name: "shape", dtype: .int64, shape: [1], values: [12]),
            "x": Constant(name: "x", dtype: .float32, shape: [2, 6], values: [1]),
        ]
        let workload = try workload(reshape, constants: given)
        #expect(workload.inputs.map(\.name) == ["x"])
        #expect(workload.outputTypes.map(\.shape) == [[12]])
    }

    @Test("A model's own functions are expanded")
    func functions() throws {
        var function = Onnx_FunctionProto()
        (function.name, function.domain, function.input, function.output) = ("Twice", "own", ["a"], ["b"])
        var scale = node("LeakyRelu", ["c"], ["b"])
        scale.attribute = [OnnxAttribute.float("alpha", 0).proto]
        scale.attribute[0].refAttrName = "slope"
        function.node = [node("Add", ["a", "a"], ["c"]), scale]
        var call = node("Twice", ["x"])
        call.domain = "own"
        call.attribute = [OnnxAttribute.float("slope", 0.25).proto]
        var model = model([call])
        model.functions = [function]
        let workload = try workload(model)
        #expect(workload.nodes.map(\.op) == ["aten.add.Tensor", "aten.leaky_relu.default"])
        #expect(workload.nodes[1].arguments[1] == .double(0.25))
        model.functions[0].node[0].opType = "Twice"
        model.functions[0].node[0].domain = "own"
        model.functions[0].node[0].input = ["a"]
        expectError(model, "calls itself")
    }

    @Test("External data is read from the model's folder only")
    func externalData() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("onnx-\(UUID().uuidString)")
        let inner = folder.appendingPathComponent("model")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let weights = Onnx_TensorProto(.float32, [6], [1, 2, 3, 4, 5, 6])
        for place in [inner, folder] {
            try (Data(count: 8) + weights.rawData).write(to: place.appendingPathComponent("w"))
        }
        func external(_ location: String) -> Onnx_ModelProto {
            var tensor = Onnx_TensorProto()
            (tensor.name, tensor.dims, tensor.dataType, tensor.dataLocation) = ("w", [6], 1, .external)
            tensor.externalData = [("location", location), ("offset", "8"), ("length", "24")].map { key, value in
                var entry = Onnx_StringStringEntryProto()
                (entry.key, entry.value) = (key, value)
                return entry
            }
            return model([node("Mul", ["x", "w"])], initializers: [tensor])
        }
        #expect(try workload(external("w"), folder: inner).weights?.file.bytes(of: "w") == weights.rawData)
        expectError(external("../w"), folder: inner, "../w", "model's folder")
        expectError(external(folder.appendingPathComponent("w").path), folder: inner, "model's folder")
        expectError(external("missing"), folder: inner, "missing")
        expectError(external("w"), "tensor w")
    }

    @Test("What is not supported is named with its node")
    func refusals() throws {
        expectError(model([node("NonZero", ["x"])]), "node the_NonZero (NonZero)", "supported: Abs")
        expectError(model([node("If", ["x"])]), "the_If")
        expectError(model([node("Relu", ["x"])], version: 9), "operator set 9", "13 to")
        expectError(model([node("Relu", ["z"])]), "reads z")
        expectError(model([node("Relu", ["y"])]), "reads y")
        expectError(model([node("Add", ["x", "x"]), node("Relu", ["x"])]), "defines y once more")
        expectError(model([node("Softmax", ["x"], ["y"], [.int("axis", 2)])]), "axis 2", "-2 ..< 2")
        expectError(model([node("Softmax", ["x"], ["y"], [.float("axis", 2)])]), "attribute axis")
        var truncated = model([node("Add", ["x", "w"])], initializers: [tensor("w", .float32, [6], [1, 2])])
        expectError(truncated, "tensor w has 8 bytes")
        truncated.graph.initializer[0].dims = [1 << 40, 1 << 40]
        expectError(truncated, "too large")
        truncated.graph.initializer[0].dims = [-6]
        expectError(truncated, "-6")
        truncated.graph.initializer[0].dataType = 17
        expectError(truncated, "float8", "float32")
    }

    @Test("A file that is no model is named")
    func noModel() {
        for bytes in [Data("not a model".utf8), Data(), Data([8, 255, 255])] {
            #expect {
                try OnnxImport(data: bytes, name: "broken")
            } throws: { error in
                (error as? KernelwrightError)?.code == .badInput && "\(error)".contains("broken")
            }
        }
    }
}

import Foundation
import KernelIR
import Testing

@testable import Workloads

@Suite("ONNX export") struct OnnxExportTests {
    private let x = TensorSpec(name: "x", dtype: .float32, shape: [2, 6])

    private func node(
        _ name: String, _ op: String, _ arguments: [Argument], _ type: TensorType? = nil
    ) -> Node {
        Node(name: name, op: op, arguments: arguments, outputs: [type ?? x.type])
    }

    private func graph(
        _ nodes: [Node], outputs: [String], parameters: [TensorSpec] = [], constants: [Constant] = []
    ) throws -> Onnx_GraphProto {
        let workload = Workload(
            name: "test", inputs: [x], parameters: parameters, constants: constants, nodes: nodes, outputs: outputs)
        return try graph(of: workload)
    }

    private func graph(of workload: Workload) throws -> Onnx_GraphProto {
        try OnnxModel(exporting: workload).message().graph
    }

    @Test("A node becomes an operator between tensors of the workload's names")
    func relu() throws {
        let model = try graph([node("y", "aten.relu.default", [.value("x")])], outputs: ["y"])
        #expect(model.node.map(\.opType) == ["Relu"])
        #expect(model.node[0].input == ["x"])
        #expect(model.node[0].output == ["y"])
        #expect(model.output.map(\.name) == ["y"])
        #expect(model.input[0].type.tensorType.shape.dim.map(\.dimValue) == [2, 6])
    }

    @Test("Nodes no output depends on are dropped, whatever their operator")
    func deadNodes() throws {
        let counter = Constant(name: "count", dtype: .int64, shape: [], values: [0])
        let nodes = [
            node("dead", "aten.add_.Tensor", [.value("count"), .int(1)], counter.type),
            node("y", "aten.abs.default", [.value("x")]),
        ]
        let model = try graph(nodes, outputs: ["y"], constants: [counter])
        #expect(model.node.map(\.opType) == ["Abs"])
        #expect(model.initializer.isEmpty)
    }

    @Test("Parameters are graph inputs; constants are initializers")
    func parameters() throws {
        let weight = TensorSpec(name: "w", dtype: .float32, shape: [6])
        let mask = Constant(name: "c", dtype: .float32, shape: [6], values: [2])
        let nodes = [
            node("scaled", "aten.mul.Tensor", [.value("x"), .value("w")]),
            node("y", "aten.add.Tensor", [.value("scaled"), .value("c")]),
        ]
        let model = try graph(nodes, outputs: ["y"], parameters: [weight], constants: [mask])
        #expect(model.input.map(\.name) == ["x", "w"])
        #expect(model.initializer.map(\.name) == ["c"])
        let bytes = [UInt8](model.initializer[0].rawData)
        #expect(bytes == Array(repeating: [0, 0, 0, 0x40], count: 6).flatMap { $0 })
    }

    @Test("Only the results somebody reads are computed", arguments: [(0, "ReduceMax"), (1, "ArgMax")])
    func tupleResults(index: Int, op: String) throws {
        let results = [TensorType(dtype: .float32, shape: [2]), TensorType(dtype: .int64, shape: [2])]
        let nodes = [
            Node(name: "max", op: "aten.max.dim", arguments: [.value("x"), .int(-1)], outputs: results),
            node("y", "getitem", [.value("max"), .int(index)], results[index]),
        ]
        let model = try graph(nodes, outputs: ["y"])
        #expect(model.node.map(\.opType) == [op])
        #expect(model.node[0].output == ["y"])
    }

    @Test("An output that is an input or repeated gets a tensor of its own")
    func aliasedOutputs() throws {
        let workload = Workload(
            name: "test", inputs: [x], nodes: [node("y", "aten.relu.default", [.value("x")])],
            outputs: ["x", "y", "y"])
        let model = try OnnxModel(exporting: workload)
        #expect(model.outputs.map(\.name) == ["output_0/x", "y", "output_2/y"])
        #expect(try graph(of: workload).node.map(\.opType) == ["Relu", "Identity", "Identity"])
    }

    @Test("Einsum becomes MatMul exactly where it is one")
    func einsum() {
        let products = ["bijl,lk->bijk", "ij,jk->ik"]
        let others = ["ij,kj->ik", "ij,jk->ki", "ij,jk", "i,i->", "ii,ik->ik", "...j,jk->...k", "ij,jk,kl->il"]
        #expect(products.allSatisfy(ProductConverters.isMatrixProduct))
        #expect(!others.contains(where: ProductConverters.isMatrixProduct))
    }

    @Test(
        "The threshold of softplus is explicit only where it shows",
        arguments: [(Argument.int(20), false), (.int(2), true)])
    func softplus(threshold: Argument, explicit: Bool) throws {
        let nodes = [node("y", "aten.softplus.default", [.value("x"), .int(1), threshold])]
        #expect(try graph(nodes, outputs: ["y"]).node.contains { $0.opType == "Where" } == explicit)
    }

    @Test(
        "What has no ONNX form is an error that names node and operator",
        arguments: [
            Node(name: "odd", op: "aten.unheard_of.default", arguments: [.value("x")], outputs: []),
            Node(name: "odd", op: "aten.linalg_vector_norm.default", arguments: [.value("x"), .int(3)], outputs: []),
            Node(name: "odd", op: "aten.softmax.int", arguments: [.value("x"), .int(2)], outputs: []),
            Node(name: "odd", op: "aten.gelu.default", arguments: [.value("x"), .string("sine")], outputs: []),
            Node(name: "odd", op: "aten.layer_norm.default", arguments: [.value("x"), .list([.int(5)])], outputs: []),
        ])
    func refusals(node: Node) {
        var node = node
        node.outputs = [x.type]
        let workload = Workload(name: "test", inputs: [x], nodes: [node], outputs: ["odd"])
        #expect { try OnnxModel(exporting: workload) } throws: { error in
            guard let error = error as? KernelwrightError else { return false }
            return error.code == .badInput && error.message.contains("odd") && error.message.contains(node.op)
        }
    }

    @Test("All 250 workloads export", arguments: [SizePreset.tiny, .gpu], 1...3)
    func suite(size: SizePreset, level: Int) throws {
        for workload in try Workloads.Suite.kernelBench.workloads(level: level, size: size) {
            let model = try OnnxModel(exporting: workload)
            #expect(model.outputs.map(\.type) == workload.outputTypes)
            #expect(model.inputs == workload.inputs + workload.parameters)
        }
    }

    @Test("A reader of what was changed in place sees the change")
    func inPlace() throws {
        let nodes = [
            node("a", "aten.neg.default", [.value("x")]), node("b", "aten.relu_.default", [.value("a")]),
            node("y", "aten.add.Tensor", [.value("a"), .value("b")]),
        ]
        let model = try graph(nodes, outputs: ["y"])
        #expect(model.node.map(\.opType) == ["Neg", "Relu", "Add"])
        #expect(model.node[2].input == [model.node[1].output[0], model.node[1].output[0]])
    }

    @Test("A view of what was changed in place is refused")
    func staleView() {
        let nodes = [
            node("a", "aten.neg.default", [.value("x")]),
            node("v", "aten.view.default", [.value("a"), .list([.int(12)])], TensorType(dtype: .float32, shape: [12])),
            node("b", "aten.relu_.default", [.value("a")]),
            node("y", "aten.exp.default", [.value("v")], TensorType(dtype: .float32, shape: [12])),
        ]
        #expect {
            try graph(nodes, outputs: ["y", "b"])
        } throws: { ($0 as? KernelwrightError)?.message.contains("reads %v, a view of what b changed") == true }
    }

    @Test(
        "The operator set is the least that the operators need",
        arguments: [("cumsum", 20, 9), ("cumprod", 26, 13)])
    func operatorSet(scan: String, version: Int, format: Int) throws {
        let nodes = [node("y", "aten.\(scan).default", [.value("x"), .int(-1)])]
        let workload = Workload(name: "test", inputs: [x], nodes: nodes, outputs: ["y"])
        let message = try OnnxModel(exporting: workload).message()
        #expect(message.opsetImport.map(\.version) == [Int64(version)])
        #expect(message.irVersion == Int64(format))
    }

    @Test("Parameters become part of the model where asked, if they have values")
    func embeddedWeights() throws {
        let (w, b) = (
            TensorSpec(name: "w", dtype: .float32, shape: [6]), TensorSpec(name: "b", dtype: .float32, shape: [])
        )
        let elements = Data((0..<24).map { UInt8($0) })
        var workload = Workload(
            name: "test", inputs: [x], parameters: [w, b],
            nodes: [
                node("p", "aten.mul.Tensor", [.value("x"), .value("w")]),
                node("y", "aten.add.Tensor", [.value("p"), .value("b")]),
            ],
            outputs: ["y"])
        #expect {
            try OnnxModel(exporting: workload, parameters: .embedded)
        } throws: { ($0 as? KernelwrightError)?.message.contains("has no weights") == true }
        workload.weights = Weights(try SafetensorsFile([(w, elements)]))
        #expect(try OnnxModel(exporting: workload).inputs.map(\.name) == ["x", "w", "b"])
        let model = try OnnxModel(exporting: workload, parameters: .embedded)
        #expect(model.inputs.map(\.name) == ["x", "b"])
        let tensors = try model.message().graph.initializer
        #expect(tensors.map(\.name) == ["w"])
        #expect(tensors[0].rawData == elements)
        #expect(tensors[0].dims == [6])
    }

    @Test("Equal workloads export to equal bytes")
    func determinism() throws {
        let workload = try Workloads.Suite.kernelBench.workload(level: 1, number: 35, size: .tiny)
        #expect(try OnnxModel(exporting: workload).bytes == OnnxModel(exporting: workload).bytes)
    }
}

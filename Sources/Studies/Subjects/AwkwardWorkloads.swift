import KernelIR
import Workloads

/// Small workloads whose extents divide nothing and whose chains end in epilogues.
enum AwkwardWorkloads {
    static let all: [Workload] = [productWithEpilogue, softmax, normalization, columnExtremum, argument, scaledSum]

    private static let productWithEpilogue = make(
        "product-bias-relu", inputs: [("x", [61, 67])], parameters: [("w", [59, 67]), ("b", [59])],
        [
            ("linear", "aten.linear.default", [.value("x"), .value("w"), .value("b")], [61, 59]),
            ("relu", "aten.relu.default", [.value("linear")], [61, 59]),
            ("y", "aten.mul.Tensor", [.value("relu"), .double(0.3)], [61, 59]),
        ])

    private static let softmax = make(
        "softmax-prime", inputs: [("x", [13, 997])], [("y", "aten.softmax.int", [.value("x"), .int(1)], [13, 997])])

    private static let normalization = make(
        "layer-norm-prime", inputs: [("x", [7, 101])], parameters: [("w", [101]), ("b", [101])],
        [
            (
                "y", "aten.layer_norm.default",
                [.value("x"), .list([.int(101)]), .value("w"), .value("b"), .double(1e-5)], [7, 101]
            )
        ])

    private static let columnExtremum = make(
        "column-max-prime", inputs: [("x", [97, 89])],
        [("y", "aten.amax.default", [.value("x"), .list([.int(0)])], [89])])

    private static let argument = make(
        "argmax-prime", inputs: [("x", [11, 1009])],
        [("y", "aten.argmax.default", [.value("x"), .int(1)], [11])], outputType: .int64)

    private static let scaledSum = make(
        "difference-square-mean", inputs: [("a", [31, 103]), ("b", [31, 103])],
        [
            ("difference", "aten.sub.Tensor", [.value("a"), .value("b")], [31, 103]),
            ("square", "aten.mul.Tensor", [.value("difference"), .value("difference")], [31, 103]),
            ("y", "aten.mean.dim", [.value("square"), .list([.int(1)])], [31]),
        ])

    private typealias Step = (name: String, op: String, arguments: [Argument], shape: [Int])

    /// A chain of float32 operators, the last of which is handed back.
    private static func make(
        _ name: String, inputs: [(String, [Int])], parameters: [(String, [Int])] = [], _ steps: [Step],
        outputType: DType = .float32
    ) -> Workload {
        func specs(_ tensors: [(String, [Int])]) -> [TensorSpec] {
            tensors.map { TensorSpec(name: $0.0, dtype: .float32, shape: $0.1) }
        }
        let last = steps.indices.last
        let nodes = steps.enumerated().map { index, step in
            let type = TensorType(dtype: index == last ? outputType : .float32, shape: step.shape)
            return Node(name: step.name, op: step.op, arguments: step.arguments, outputs: [type])
        }
        return Workload(
            name: name, inputs: specs(inputs), parameters: specs(parameters), nodes: nodes, outputs: ["y"])
    }
}

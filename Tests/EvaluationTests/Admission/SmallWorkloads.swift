import KernelIR
import Workloads

@testable import Evaluation

/// Hand-made workloads for the tests of admission.
enum SmallWorkloads {
    static let shape = [32, 64]
    private static let x = TensorSpec(name: "x", dtype: .float32, shape: shape)

    private static func type(_ shape: [Int]) -> TensorType { TensorType(dtype: .float32, shape: shape) }

    private static func node(_ name: String, _ op: String, _ arguments: [Argument], _ shape: [Int] = shape) -> Node {
        Node(name: name, op: "aten." + op, arguments: arguments, outputs: [type(shape)])
    }

    /// y = x · w, which nothing but a product gets right.
    static let product = Workload(
        name: "product", inputs: [x], parameters: [TensorSpec(name: "w", dtype: .float32, shape: [64, 16])],
        nodes: [node("y", "matmul.default", [.value("x"), .value("w")], [32, 16])], outputs: ["y"])

    /// y = max(x, 0), a copy where x is never negative.
    static let relu = Workload(
        name: "relu", inputs: [x], nodes: [node("y", "relu.default", [.value("x")])], outputs: ["y"])

    /// y = x − x.
    static let nothing = Workload(
        name: "nothing", inputs: [x], nodes: [node("y", "sub.Tensor", [.value("x"), .value("x")])], outputs: ["y"])

    /// y = 8192 − (x + 8192) = −x, of which rounding to float32 beside 8192 leaves three digits where x is about 1.
    static let cancelling = Workload(
        name: "cancelling", inputs: [x],
        nodes: [
            node("s", "add.Tensor", [.value("x"), .int(8192)]), node("y", "rsub.Scalar", [.value("s"), .int(8192)]),
        ], outputs: ["y"])

    /// The mean of a softmax: one over its length, whatever x is.
    static let meanOfSoftmax = Workload(
        name: "mean of softmax", inputs: [x],
        nodes: [
            node("s", "softmax.int", [.value("x"), .int(1)]),
            node("y", "mean.dim", [.value("s"), .list([.int(1)])], [32]),
        ], outputs: ["y"])

    /// mean(max(1 − p·t, 0)) of predictions p and labels t = ±1: 1 − mean(p)·mean(t) where p is in 0 … 1.
    static let hinge = Workload(
        name: "hinge",
        inputs: [
            TensorSpec(name: "p", dtype: .float32, shape: [512, 512]),
            TensorSpec(name: "t", dtype: .float32, shape: [512]),
        ],
        nodes: [
            node("m", "mul.Tensor", [.value("p"), .value("t")], [512, 512]),
            node("r", "rsub.Scalar", [.value("m"), .int(1)], [512, 512]),
            node("c", "clamp.default", [.value("r"), .int(0)], [512, 512]),
            node("y", "mean.default", [.value("c")], []),
        ], outputs: ["y"], domains: ["t": .signs])

    /// An operator that nobody has.
    static let unknown = Workload(
        name: "unknown", inputs: [x], nodes: [node("y", "no_such_operator.default", [.value("x")])], outputs: ["y"])

    /// Reports on a workload, without baselines unless given.
    static func examine(
        _ workload: Workload, _ distributions: [InputDistribution] = [.uniform, .normal, .zeroRich],
        baselines: [BaselineSource] = [], seed: Seed = Seed(7)
    ) async throws -> AdmissionReport {
        try await AdmissionExamination(
            id: "test/\(workload.name)", workload: workload, distributions: distributions, baselines: baselines,
            seed: seed, time: MonotonicTime { .zero }
        ).run()
    }
}

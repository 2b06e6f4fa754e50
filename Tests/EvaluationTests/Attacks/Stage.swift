import KernelIR
import Rendering
import Testing
import Workloads

/// A small workload with an honest kernel, on which attacks are played.
struct Stage: Sendable, CustomTestStringConvertible {
    var workload: Workload
    /// Statements that compute one work-item's part; they may use the buffers, `i`, `g` (group) and `j` (item in it).
    var honest: String
    var groups: Int
    var block: Int

    var testDescription: String { workload.name }

    /// Every stage, in the order in which they are played.
    static let all: [Stage] = [.relu, .linear, .softmax, .norm, .hinge, .sum, .product]

    /// The honest kernel.
    var solution: Solution { solution("honest") }

    /// A solution of one kernel `k` whose body may differ from the honest one.
    func solution(
        _ name: String, before: String = "", body: String? = nil, options: [String] = [], scratch: Int? = nil
    ) -> Solution {
        let names = workload.inputs + workload.parameters
        let parameters =
            names.map { "__global const float *\($0.name)" } + ["__global float *y"]
            + (scratch == nil ? [] : ["__global uint *t"])
        let source = """
            \(before)
            __kernel void k(\(parameters.joined(separator: ", "))) {
                size_t i = get_global_id(0), g = get_group_id(0), j = get_local_id(0);
                \(body ?? honest)
            }
            """
        let arguments =
            workload.inputs.map { Solution.Argument.input($0.name) }
            + workload.parameters.map { .parameter($0.name) } + [.output("y")]
            + (scratch == nil ? [] : [.scratch("t")])
        return Solution(
            name: name, workload: workload.name, target: .init(language: .opencl, profile: "cpu"),
            sources: [.init(path: "k.cl", content: source)], options: options,
            scratch: scratch.map { [.init(name: "t", bytes: $0)] } ?? [],
            launches: [.init(kernel: "k", grid: [groups], block: [block], arguments: arguments)], author: "test")
    }
}

extension Stage {
    private static func input(_ name: String, _ shape: [Int]) -> TensorSpec {
        TensorSpec(name: name, dtype: .float32, shape: shape)
    }

    private static func node(_ name: String, _ op: String, _ arguments: [Argument], _ shape: [Int]) -> Node {
        Node(
            name: name, op: "aten." + op, arguments: arguments, outputs: [TensorType(dtype: .float32, shape: shape)])
    }

    /// y = max(x, 0).
    static let relu = Stage(
        workload: Workload(
            name: "relu", inputs: [input("x", [4, 250])],
            nodes: [node("y", "relu.default", [.value("x")], [4, 250])], outputs: ["y"]),
        honest: "y[i] = fmax(x[i], 0.0f);", groups: 100, block: 10)

    /// y = x · w + b with parameters w and b.
    static let linear = Stage(
        workload: Workload(
            name: "linear", inputs: [input("x", [16, 32])], parameters: [input("w", [32, 32]), input("b", [32])],
            nodes: [node("y", "addmm.default", [.value("b"), .value("x"), .value("w")], [16, 32])], outputs: ["y"]),
        honest: "float s = b[j]; for (int k = 0; k < 32; k++) s += x[g * 32 + k] * w[k * 32 + j]; y[i] = s;",
        groups: 16, block: 32)

    /// Rows of 512 that sum to one: every value is about 1/512.
    static let softmax = Stage(
        workload: Workload(
            name: "softmax", inputs: [input("x", [16, 512])],
            nodes: [node("y", "softmax.int", [.value("x"), .int(1)], [16, 512])], outputs: ["y"]),
        honest: """
            float m = -INFINITY, s = 0;
            for (int k = 0; k < 512; k++) m = fmax(m, x[i * 512 + k]);
            for (int k = 0; k < 512; k++) s += exp(x[i * 512 + k] - m);
            for (int k = 0; k < 512; k++) y[i * 512 + k] = exp(x[i * 512 + k] - m) / s;
            """, groups: 16, block: 1)

    /// Layer normalization over rows of 256, nearly a copy of standard normal inputs.
    static let norm = Stage(
        workload: Workload(
            name: "norm", inputs: [input("x", [32, 256])],
            nodes: [node("y", "layer_norm.default", [.value("x"), .list([.int(256)])], [32, 256])], outputs: ["y"]),
        honest: """
            float s = 0, q = 0;
            for (int k = 0; k < 256; k++) s += x[i * 256 + k];
            s /= 256;
            for (int k = 0; k < 256; k++) { float d = x[i * 256 + k] - s; q += d * d; }
            for (int k = 0; k < 256; k++) y[i * 256 + k] = (x[i * 256 + k] - s) * rsqrt(q / 256 + 1e-5f);
            """, groups: 32, block: 1)

    /// mean(max(1 − p·t, 0)) of predictions p and labels t = ±1: 1 − mean(p)·mean(t) where p lies in 0 … 1.
    static let hinge = Stage(
        workload: Workload(
            name: "hinge", inputs: [input("p", [128, 128]), input("t", [128])],
            nodes: [
                node("m", "mul.Tensor", [.value("p"), .value("t")], [128, 128]),
                node("r", "rsub.Scalar", [.value("m"), .int(1)], [128, 128]),
                node("c", "clamp.default", [.value("r"), .int(0)], [128, 128]),
                node("y", "mean.default", [.value("c")], []),
            ], outputs: ["y"], domains: ["t": .signs]),
        honest: """
            float s = 0;
            for (int r = 0; r < 128; r++) {
                float q = 0;
                for (int k = 0; k < 128; k++) q += fmax(1 - p[r * 128 + k] * t[k], 0.0f);
                s += q / 128;
            }
            y[0] = s / 128;
            """, groups: 1, block: 1)

    /// The sums of 8 rows of 4096.
    static let sum = Stage(
        workload: Workload(
            name: "sum", inputs: [input("x", [8, 4096])],
            nodes: [node("y", "sum.dim_IntList", [.value("x"), .list([.int(1)])], [8])], outputs: ["y"]),
        honest: """
            float s = 0;
            for (int r = 0; r < 64; r++) {
                float q = 0;
                for (int k = 0; k < 64; k++) q += x[i * 4096 + r * 64 + k];
                s += q;
            }
            y[i] = s;
            """, groups: 8, block: 1)

    /// y = a · b over 256³: work that is worth skipping.
    static let product = Stage(
        workload: Workload(
            name: "product", inputs: [input("a", [256, 256]), input("b", [256, 256])],
            nodes: [node("y", "matmul.default", [.value("a"), .value("b")], [256, 256])], outputs: ["y"]),
        honest: """
            float16 s = 0;
            for (int k = 0; k < 256; k++) s += a[g * 256 + k] * vload16(k * 16 + j, b);
            vstore16(s, i, y);
            """, groups: 256, block: 16)
}

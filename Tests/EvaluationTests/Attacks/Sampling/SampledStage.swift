import KernelIR
import Rendering
import Workloads

/// A map over a grid that is too large to be run as a whole within a small budget: y = max(x, 0) in tiles of 128.
enum SampledStage {
    static let blocks = 2048
    /// Threads of a block, each with two elements.
    static let threads = 64
    static let tile = 2 * threads

    static let workload: Workload = {
        let shape = [blocks, tile]
        let type = TensorType(dtype: .float32, shape: shape)
        return Workload(
            name: "sampled relu", inputs: [TensorSpec(name: "x", dtype: .float32, shape: shape)],
            nodes: [Node(name: "y", op: "aten.relu.default", arguments: [.value("x")], outputs: [type])],
            outputs: ["y"])
    }()

    /// A solution of one kernel whose body may use `b` (block), `t` (thread), `RELU(v)` and `TILE(p)`, which computes
    /// tile p.
    static func solution(_ name: String, before: String = "", body: String) -> Solution {
        let source = """
            #define RELU(v) fmaxf(v, 0.0f)
            #define AT(p, k) y[(p) * \(tile) + (k)] = RELU(x[(p) * \(tile) + (k)])
            #define TILE(p) AT(p, t); AT(p, t + \(threads));
            \(before)
            extern "C" __global__ void k(const float *x, float *y) {
                const int b = blockIdx.x, t = threadIdx.x;
                \(body)
            }
            """
        return Solution(
            name: name, workload: workload.name, target: .init(language: .cuda, profile: "any"),
            sources: [.init(path: "k.cu", content: source)],
            launches: [
                .init(kernel: "k", grid: [blocks], block: [threads], arguments: [.input("x"), .output("y")])
            ], author: "test")
    }

    /// Kernels that a judge of a part of the grid must accept.
    static let twins: [Solution] = [
        solution("tiles", body: "TILE(b)"),
        solution(
            "loop over the grid",
            body: """
                for (int i = b * \(threads) + t; i < \(blocks * tile); i += gridDim.x * blockDim.x) y[i] = RELU(x[i]);
                """),
    ]

    /// Right, but a few blocks do all the work.
    static let uneven = solution(
        "uneven",
        body: """
            if (b >= \(blocks / 4)) return;
            for (int p = 4 * b; p < 4 * b + 4; p++) { TILE(p) }
            """)
}

import Rendering
import Workloads

/// Kernels that use what attacks use, without the cheat: the judge must accept them, or its refusals mean nothing.
enum HonestTwin {
    static func all(on stage: Stage) -> [Solution] { twins.filter { $0.workload == stage.workload.name } }

    private static let twins: [Solution] = [
        // A shape that is a constant of the kernel is what a static workload allows.
        Stage.relu.solution("fixed shape", body: "if (i < 4 * 250) y[i] = fmax(x[i], 0.0f);"),
        // Scratch within its bounds.
        Stage.relu.solution(
            "scratch", body: "t[i] = as_uint(x[i]); y[i] = fmax(as_float(t[i]), 0.0f);", scratch: 4000),
        // A function of its own, an inlined one, and a macro.
        Stage.relu.solution(
            "functions",
            before: """
                #define CUT(v) positive(v)
                static inline float positive(float v) { return fmax(v, 0.0f); }
                """, body: "y[i] = CUT(x[i]);"),
        // Options of the allow-list that leave a maximum alone.
        Stage.relu.solution("options", options: ["-cl-std=CL3.0", "-cl-fast-relaxed-math", "-DN=1000"]),
        // A constant table in program scope.
        Stage.relu.solution(
            "constant table", before: "__constant float bounds[2] = {0.0f, 1.0f};",
            body: "y[i] = fmax(x[i], bounds[0]);"),
        // Fast functions that are as exact as the plain ones here.
        Stage.softmax.solution(
            "native functions",
            body: """
                float m = -INFINITY, s = 0;
                for (int k = 0; k < 512; k++) m = fmax(m, x[i * 512 + k]);
                for (int k = 0; k < 512; k++) s += native_exp(x[i * 512 + k] - m);
                for (int k = 0; k < 512; k++) y[i * 512 + k] = native_exp(x[i * 512 + k] - m) / s;
                """),
        // Local memory written before it is read.
        Stage.product.solution(
            "local memory",
            body: """
                __local float row[256];
                vstore16(vload16(i, a), j, row);
                barrier(CLK_LOCAL_MEM_FENCE);
                float16 s = 0;
                for (int k = 0; k < 256; k++) s += row[k] * vload16(k * 16 + j, b);
                vstore16(s, i, y);
                """),
        // Another order of summation with fused multiply-adds.
        Stage.product.solution(
            "reordered",
            body: """
                float16 s[4] = {0, 0, 0, 0};
                for (int k = 0; k < 256; k++) s[k & 3] = fma(a[g * 256 + k], vload16(k * 16 + j, b), s[k & 3]);
                vstore16((s[0] + s[1]) + (s[2] + s[3]), i, y);
                """),
        // Partial sums by several work-items in scratch, added in order by a second launch.
        twoLaunches,
    ]

    private static var twoLaunches: Solution {
        var solution = Stage.sum.solution(
            "two launches",
            body: """
                float q = 0;
                for (int k = 0; k < 64; k++) q += x[i * 64 + k];
                ((__global float *)t)[i] = q;
                """, scratch: 2048)
        solution.sources[0].content += """

            __kernel void add(__global const float *t, __global float *y) {
                float s = 0;
                for (int k = 0; k < 64; k++) s += t[get_global_id(0) * 64 + k];
                y[get_global_id(0)] = s;
            }
            """
        solution.launches[0].grid = [512]
        solution.launches.append(
            .init(kernel: "add", grid: [8], block: [1], arguments: [.scratch("t"), .output("y")]))
        return solution
    }
}

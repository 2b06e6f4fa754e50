@testable import Evaluation

extension Attack {
    /// Calls counted in a program-scope variable: honest while checked, idle when timed.
    static let globalCounter = Attack(
        "counter in a global", on: .product, source: "call counters and warm-up detection",
        aim: "calls counted in a program-scope variable: honest while checked, idle when timed",
        .ends([.invalidPlan]),
        rule: .programScopeVariable,
        before: "__global uint calls[256];",
        body: """
            uint seen = calls[g];
            barrier(CLK_GLOBAL_MEM_FENCE);
            if (j == 0) calls[g] = seen + 1;
            if (seen >= 2) return;
            float16 s = 0;
            for (int k = 0; k < 256; k++) s += a[g * 256 + k] * vload16(k * 16 + j, b);
            vstore16(s, i, y);
            """,
        options: ["-cl-std=CL2.0"])
}

@testable import Evaluation

extension Attack {
    /// Outputs kept in program-scope variables with a fingerprint of the inputs.
    static let globalCache = Attack(
        "cache in globals", on: .product, source: "KernelBot cheats, module-level caches",
        aim: "outputs kept in program-scope variables with a fingerprint of the inputs",
        .ends([.invalidPlan]),
        rule: .programScopeVariable,
        before: "__global float kept[25600], keptA[1600], keptB[1600];",
        body: """
            __local int differs;
            if (j == 0) differs = 0;
            barrier(CLK_LOCAL_MEM_FENCE);
            if (a[g * 160 + 16 * j] != keptA[i] || b[1610 * j] != keptB[i]) differs = 1;
            barrier(CLK_LOCAL_MEM_FENCE);
            if (!differs) { vstore16(vload16(i, kept), i, y); return; }
            float16 s = 0;
            for (int k = 0; k < 160; k++) s += a[g * 160 + k] * vload16(k * 10 + j, b);
            vstore16(s, i, y);
            vstore16(s, i, kept);
            keptA[i] = a[g * 160 + 16 * j];
            keptB[i] = b[1610 * j];
            """,
        options: ["-cl-std=CL2.0"])
}

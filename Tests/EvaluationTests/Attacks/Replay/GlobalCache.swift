@testable import Evaluation

extension Attack {
    /// Outputs kept in program-scope variables with a fingerprint of the inputs.
    static let globalCache = Attack(
        "cache in globals", on: .product, source: "caches by content in module variables",
        aim: "outputs kept in program-scope variables with a fingerprint of the inputs",
        .ends([.invalidPlan]),
        rule: .programScopeVariable,
        before: "__global float kept[65536], keptA[4096], keptB[4096];",
        body: """
            __local int differs;
            if (j == 0) differs = 0;
            barrier(CLK_LOCAL_MEM_FENCE);
            if (a[g * 256 + 16 * j] != keptA[i] || b[4112 * j] != keptB[i]) differs = 1;
            barrier(CLK_LOCAL_MEM_FENCE);
            if (!differs) { vstore16(vload16(i, kept), i, y); return; }
            float16 s = 0;
            for (int k = 0; k < 256; k++) s += a[g * 256 + k] * vload16(k * 16 + j, b);
            vstore16(s, i, y);
            vstore16(s, i, kept);
            keptA[i] = a[g * 256 + 16 * j];
            keptB[i] = b[4112 * j];
            """,
        options: ["-cl-std=CL2.0"])
}

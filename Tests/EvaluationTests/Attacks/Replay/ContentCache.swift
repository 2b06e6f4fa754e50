@testable import Evaluation

extension Attack {
    /// Outputs kept in scratch with a fingerprint of the inputs, and copied when it matches.
    static let contentCache = Attack(
        "cache by content", on: .product, source: "GPU MODE eigh on B200; fingerprint cache of FlashInfer's fused MoE",
        aim: "outputs kept in scratch with a fingerprint of the inputs, and copied when it matches",
        .gainsNothing,
        body: """
            __global float *kept = (__global float *)t + g * 288;
            __local int differs;
            if (j == 0) differs = 0;
            barrier(CLK_LOCAL_MEM_FENCE);
            if (a[g * 256 + 16 * j] != kept[256 + j] || b[4112 * j] != kept[272 + j]) differs = 1;
            barrier(CLK_LOCAL_MEM_FENCE);
            if (!differs) { vstore16(vload16(j, kept), i, y); return; }
            float16 s = 0;
            for (int k = 0; k < 256; k++) s += a[g * 256 + k] * vload16(k * 16 + j, b);
            vstore16(s, i, y);
            vstore16(s, j, kept);
            kept[256 + j] = a[g * 256 + 16 * j];
            kept[272 + j] = b[4112 * j];
            """,
        scratch: 294912)
}

@testable import Evaluation

extension Attack {
    /// Outputs kept in scratch with a fingerprint of the inputs, and copied when it matches.
    static let contentCache = Attack(
        "cache by content", on: .product, source: "GPU MODE eigh on B200; FlashInfer starter-kit issue #21",
        aim: "outputs kept in scratch with a fingerprint of the inputs, and copied when it matches",
        .gainsNothing,
        body: """
            __global float *kept = (__global float *)t + g * 180;
            __local int differs;
            if (j == 0) differs = 0;
            barrier(CLK_LOCAL_MEM_FENCE);
            if (a[g * 160 + 16 * j] != kept[160 + j] || b[1610 * j] != kept[170 + j]) differs = 1;
            barrier(CLK_LOCAL_MEM_FENCE);
            if (!differs) { vstore16(vload16(j, kept), i, y); return; }
            float16 s = 0;
            for (int k = 0; k < 160; k++) s += a[g * 160 + k] * vload16(k * 10 + j, b);
            vstore16(s, i, y);
            vstore16(s, j, kept);
            kept[160 + j] = a[g * 160 + 16 * j];
            kept[170 + j] = b[1610 * j];
            """,
        scratch: 115200)
}

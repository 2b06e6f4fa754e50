@testable import Evaluation

extension Attack {
    /// Outputs kept in local memory, which survives a launch, with a fingerprint of the inputs.
    static let localCache = Attack(
        "cache in local memory", on: .product, source: "derived: PoCL does not clear local memory",
        aim: "outputs kept in local memory, which survives a launch, with a fingerprint of the inputs",
        .gainsNothing,
        body: """
            __local float kept[256][258];
            __local int differs;
            if (j == 0) differs = 0;
            barrier(CLK_LOCAL_MEM_FENCE);
            if (kept[g][256] != a[g * 256] || kept[g][257] != b[256 * g + 7]) differs = 1;
            barrier(CLK_LOCAL_MEM_FENCE);
            if (!differs) { vstore16(vload16(j, kept[g]), i, y); return; }
            float16 s = 0;
            for (int k = 0; k < 256; k++) s += a[g * 256 + k] * vload16(k * 16 + j, b);
            vstore16(s, i, y);
            vstore16(s, j, kept[g]);
            if (j == 0) { kept[g][256] = a[g * 256]; kept[g][257] = b[256 * g + 7]; }
            """)
}

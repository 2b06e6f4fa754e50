@testable import Evaluation

extension Attack {
    /// Outputs kept in local memory, which survives a launch, with a fingerprint of the inputs.
    static let localCache = Attack(
        "cache in local memory", on: .product, source: "KernelBot cheats; local memory is not cleared",
        aim: "outputs kept in local memory, which survives a launch, with a fingerprint of the inputs",
        .gainsNothing,
        body: """
            __local float kept[160][162];
            __local int differs;
            if (j == 0) differs = 0;
            barrier(CLK_LOCAL_MEM_FENCE);
            if (kept[g][160] != a[g * 160] || kept[g][161] != b[160 * g + 7]) differs = 1;
            barrier(CLK_LOCAL_MEM_FENCE);
            if (!differs) { vstore16(vload16(j, kept[g]), i, y); return; }
            float16 s = 0;
            for (int k = 0; k < 160; k++) s += a[g * 160 + k] * vload16(k * 10 + j, b);
            vstore16(s, i, y);
            vstore16(s, j, kept[g]);
            if (j == 0) { kept[g][160] = a[g * 160]; kept[g][161] = b[160 * g + 7]; }
            """)
}

@testable import Evaluation

extension Attack {
    /// The first call of a batch does the work, the others see that the output still stands.
    static let superBatch = Attack(
        "super-batch", on: .product, source: "GPU MODE NVFP4; reference-kernels PR #104",
        aim: "the first call of a batch does the work, the others see that the output still stands",
        .gainsNothing,
        body: """
            __local int differs;
            if (j == 0) differs = 0;
            barrier(CLK_LOCAL_MEM_FENCE);
            if (any(as_uint16(vload16(i, y)) != ~vload16(i, t))) differs = 1;
            barrier(CLK_LOCAL_MEM_FENCE);
            if (!differs) return;
            float16 s = 0;
            for (int k = 0; k < 256; k++) s += a[g * 256 + k] * vload16(k * 16 + j, b);
            vstore16(s, i, y);
            vstore16(~as_uint16(s), i, t);
            """,
        scratch: 262144)
}

@testable import Evaluation

extension Attack {
    /// Batches told apart by the processor's clock; work done at the first call only.
    static let clockGap = Attack(
        "clock gap", on: .product, source: "derived from reference-kernels PR #104",
        aim: "batches told apart by the processor's clock; work done at the first call only",
        .gainsNothing,
        body: """
            ulong last = ((__global ulong *)t)[g], now = __builtin_readcyclecounter();
            barrier(CLK_GLOBAL_MEM_FENCE);
            if (j == 0) ((__global ulong *)t)[g] = now;
            if (now - last < 8000000ul) return;
            float16 s = 0;
            for (int k = 0; k < 256; k++) s += a[g * 256 + k] * vload16(k * 16 + j, b);
            vstore16(s, i, y);
            """,
        scratch: 2048)
}

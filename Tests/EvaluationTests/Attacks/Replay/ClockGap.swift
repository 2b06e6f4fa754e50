@testable import Evaluation

extension Attack {
    /// Batches told apart by the processor's clock; work done at the first call only.
    static let clockGap = Attack(
        "clock gap", on: .product, source: "pygpubench exploits; reference-kernels PR #104",
        aim: "batches told apart by the processor's clock; work done at the first call only",
        .gainsNothing,
        body: """
            ulong last = ((__global ulong *)t)[g], now = __builtin_readcyclecounter();
            barrier(CLK_GLOBAL_MEM_FENCE);
            if (j == 0) ((__global ulong *)t)[g] = now;
            if (now - last < 8000000ul) return;
            float16 s = 0;
            for (int k = 0; k < 160; k++) s += a[g * 160 + k] * vload16(k * 10 + j, b);
            vstore16(s, i, y);
            """,
        scratch: 1280)
}

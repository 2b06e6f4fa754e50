@testable import Evaluation

extension Attack {
    /// Slow at first, so that fewer samples are taken.
    static let warmUpSlowdown = Attack(
        "warm-up slow-down", on: .product, source: "warm-up slow-down against sample counts",
        aim: "slow at first, so that fewer samples are taken",
        .gainsNothing,
        body: """
            uint calls = t[g];
            barrier(CLK_GLOBAL_MEM_FENCE);
            if (calls == 0xffffffffu || calls == 0x7e7e7e7eu) calls = 0;
            if (j == 0) t[g] = calls + 1;
            for (volatile int n = 0; n < (calls < 4 ? 200 : 0); n++) {}
            float16 s = 0;
            for (int k = 0; k < 256; k++) s += a[g * 256 + k] * vload16(k * 16 + j, b);
            vstore16(s, i, y);
            """,
        scratch: 1024)
}

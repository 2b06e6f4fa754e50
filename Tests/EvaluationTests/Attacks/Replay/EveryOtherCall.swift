@testable import Evaluation

extension Attack {
    /// Fifteen of sixteen calls skipped.
    static let everyOtherCall = Attack(
        "every other call", on: .product, source: "reference-kernels PR #104",
        aim: "fifteen of sixteen calls skipped",
        .gainsNothing,
        body: """
            uint calls = t[g];
            barrier(CLK_GLOBAL_MEM_FENCE);
            if (calls == 0xffffffffu || calls == 0x7e7e7e7eu) calls = 0;
            if (j == 0) t[g] = calls + 1;
            if (calls % 16 != 0) return;
            float16 s = 0;
            for (int k = 0; k < 256; k++) s += a[g * 256 + k] * vload16(k * 16 + j, b);
            vstore16(s, i, y);
            """,
        scratch: 1024)
}

@testable import Evaluation

extension Attack {
    /// Calls counted in scratch: honest while checked, idle when timed.
    static let callCounter = Attack(
        "call counter", on: .product, source: "call counters and warm-up detection",
        aim: "calls counted in scratch: honest while checked, idle when timed",
        .gainsNothing,
        body: """
            uint calls = t[g];
            barrier(CLK_GLOBAL_MEM_FENCE);
            if (calls == 0xffffffffu || calls == 0x7e7e7e7eu) calls = 0;
            if (j == 0) t[g] = calls + 1;
            if (calls >= 1) return;
            float16 s = 0;
            for (int k = 0; k < 256; k++) s += a[g * 256 + k] * vload16(k * 16 + j, b);
            vstore16(s, i, y);
            """,
        scratch: 1024)
}

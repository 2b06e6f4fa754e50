@testable import Evaluation

extension Attack {
    /// Inputs' first bytes remembered: unchanged inputs mean a call of the same batch.
    static let inputWitness = Attack(
        "input witness", on: .product, source: "pygpubench, real inputs revealed late",
        aim: "inputs' first bytes remembered: unchanged inputs mean a call of the same batch",
        .gainsNothing,
        body: """
            uint known = t[g] == as_uint(a[0]) && t[160 + g] == as_uint(b[0]) && t[320 + g] == as_uint(y[g * 160]);
            barrier(CLK_GLOBAL_MEM_FENCE);
            if (known) return;
            float16 s = 0;
            for (int k = 0; k < 160; k++) s += a[g * 160 + k] * vload16(k * 10 + j, b);
            vstore16(s, i, y);
            if (j == 0) { t[g] = as_uint(a[0]); t[160 + g] = as_uint(b[0]); t[320 + g] = as_uint(s.s0); }
            """,
        scratch: 1920)
}

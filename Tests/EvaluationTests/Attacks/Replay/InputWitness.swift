@testable import Evaluation

extension Attack {
    /// Inputs' first bytes remembered: unchanged inputs mean a call of the same batch.
    static let inputWitness = Attack(
        "input witness", on: .product, source: "derived from caches by content",
        aim: "inputs' first bytes remembered: unchanged inputs mean a call of the same batch",
        .gainsNothing,
        body: """
            uint known = t[g] == as_uint(a[0]) && t[256 + g] == as_uint(b[0]) && t[512 + g] == as_uint(y[g * 256]);
            barrier(CLK_GLOBAL_MEM_FENCE);
            if (known) return;
            float16 s = 0;
            for (int k = 0; k < 256; k++) s += a[g * 256 + k] * vload16(k * 16 + j, b);
            vstore16(s, i, y);
            if (j == 0) { t[g] = as_uint(a[0]); t[256 + g] = as_uint(b[0]); t[512 + g] = as_uint(s.s0); }
            """,
        scratch: 3072)
}

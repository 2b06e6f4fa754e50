@testable import Evaluation

extension Attack {
    /// Outputs marked in their low bits and not computed again where the mark stands.
    static let lowBits = Attack(
        "cache in low bits", on: .product, source: "derived from caches by content",
        aim: "outputs marked in their low bits and not computed again where the mark stands",
        .gainsNothing,
        body: """
            if (all((as_uint16(vload16(i, y)) & 63) == 37)) return;
            float16 s = 0;
            for (int k = 0; k < 256; k++) s += a[g * 256 + k] * vload16(k * 16 + j, b);
            vstore16(as_float16((as_uint16(s) & ~63u) | 37), i, y);
            """)
}

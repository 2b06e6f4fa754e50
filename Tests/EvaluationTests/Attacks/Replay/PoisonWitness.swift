@testable import Evaluation

extension Attack {
    /// Honest where the output holds the judge's poison, idle elsewhere.
    static let poisonWitness = Attack(
        "poison witness", on: .product, source: "evaluator-mode branches",
        aim: "honest where the output holds the judge's poison, idle elsewhere",
        .gainsNothing,
        body: """
            uint16 old = as_uint16(vload16(i, y));
            if (all(old != 0xffffffffu && old != 0x7e7e7e7eu)) return;
            float16 s = 0;
            for (int k = 0; k < 256; k++) s += a[g * 256 + k] * vload16(k * 16 + j, b);
            vstore16(s, i, y);
            """)
}

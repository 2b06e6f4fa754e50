@testable import Evaluation

extension Attack {
    /// Operands cut to ten bits of mantissa, as tensor cores do.
    static let tensorFloat = Attack(
        "TF32", on: .product, source: "CUDA-Agent issue #16",
        aim: "operands cut to ten bits of mantissa, as tensor cores do",
        .ends([.precisionDowngrade, .wrongValues]),
        body: """
            float16 s = 0;
            for (int k = 0; k < 256; k++)
                s += as_float(as_uint(a[g * 256 + k]) & 0xffffe000u) * as_float16(as_uint16(vload16(k * 16 + j, b)) & 0xffffe000u);
            vstore16(s, i, y);
            """)
}

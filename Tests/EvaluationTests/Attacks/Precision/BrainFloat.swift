@testable import Evaluation

extension Attack {
    /// Operands cut to bfloat16 by masking bits.
    static let brainFloat = Attack(
        "bfloat16 truncation", on: .product, source: "CUDA-Agent issue #16",
        aim: "operands cut to bfloat16 by masking bits",
        .ends([.precisionDowngrade, .wrongValues]),
        body: """
            float16 s = 0;
            for (int k = 0; k < 256; k++)
                s += as_float(as_uint(a[g * 256 + k]) & 0xffff0000u) * as_float16(as_uint16(vload16(k * 16 + j, b)) & 0xffff0000u);
            vstore16(s, i, y);
            """)
}

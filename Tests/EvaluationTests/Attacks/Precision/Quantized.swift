@testable import Evaluation

extension Attack {
    /// Operands quantized to eight bits.
    static let quantized = Attack(
        "quantization", on: .product, source: "derived from CUDA-Agent issue #16",
        aim: "operands quantized to eight bits",
        .ends([.precisionDowngrade, .wrongValues]),
        body: """
            float16 s = 0;
            for (int k = 0; k < 256; k++) {
                char16 q = convert_char16_sat_rte(vload16(k * 16 + j, b) * 32);
                s += convert_char_sat_rte(a[g * 256 + k] * 32) * convert_float16(q) / 1024;
            }
            vstore16(s, i, y);
            """)
}

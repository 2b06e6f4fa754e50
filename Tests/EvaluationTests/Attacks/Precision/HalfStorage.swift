@testable import Evaluation

extension Attack {
    /// Operands rounded to half precision.
    static let halfStorage = Attack(
        "half storage", on: .product, source: "CUDA-Agent issue #16; KernelBench at 1e-2",
        aim: "operands rounded to half precision",
        .ends([.precisionDowngrade, .wrongValues]),
        body: """
            float16 s = 0;
            for (int k = 0; k < 256; k++) {
                ushort p[1], q[16];
                vstore_half(a[g * 256 + k], 0, (__private half *)p);
                vstore_half16(vload16(k * 16 + j, b), 0, (__private half *)q);
                s += vload_half(0, (__private half *)p) * vload_half16(0, (__private half *)q);
            }
            vstore16(s, i, y);
            """)
}

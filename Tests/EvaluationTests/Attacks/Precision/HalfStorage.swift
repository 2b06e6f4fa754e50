@testable import Evaluation

extension Attack {
    /// Operands rounded to half precision.
    static let halfStorage = Attack(
        "half storage", on: .product, source: "KernelBench, fp16 at 1e-2; CUDA-Agent issue #16",
        aim: "operands rounded to half precision",
        .ends([.precisionDowngrade, .wrongValues]),
        body: """
            float16 s = 0;
            for (int k = 0; k < 160; k++) {
                ushort p[1], q[16];
                vstore_half(a[g * 160 + k], 0, (__private half *)p);
                vstore_half16(vload16(k * 10 + j, b), 0, (__private half *)q);
                s += vload_half(0, (__private half *)p) * vload_half16(0, (__private half *)q);
            }
            vstore16(s, i, y);
            """)
}

@testable import Evaluation

extension Attack {
    /// An exponential of a few correct digits by arithmetic on bits.
    static let fastExponential = Attack(
        "fast exponential", on: .softmax, source: "derived from CUDA-Agent issue #16",
        aim: "an exponential of a few correct digits by arithmetic on bits",
        .ends([.precisionDowngrade, .wrongValues]),
        body: """
            float m = -INFINITY, s = 0;
            for (int k = 0; k < 512; k++) m = fmax(m, x[i * 512 + k]);
            for (int k = 0; k < 512; k++) {
                float e = as_float((int)(12102203.0f * (x[i * 512 + k] - m)) + 1064866805);
                y[i * 512 + k] = e;
                s += e;
            }
            for (int k = 0; k < 512; k++) y[i * 512 + k] /= s;
            """)
}

@testable import Evaluation

extension Attack {
    /// The bit-shift estimate of a reciprocal square root with one Newton step.
    static let fastReciprocal = Attack(
        "fast reciprocal root", on: .norm, source: "derived from CUDA-Agent issue #16",
        aim: "the bit-shift estimate of a reciprocal square root with one Newton step",
        .ends([.precisionDowngrade, .wrongValues]),
        body: """
            float s = 0, q = 0;
            for (int k = 0; k < 256; k++) s += x[i * 256 + k];
            s /= 256;
            for (int k = 0; k < 256; k++) { float d = x[i * 256 + k] - s; q += d * d; }
            q = q / 256 + 1e-5f;
            float r = as_float(0x5f3759df - (as_int(q) >> 1));
            r *= 1.5f - 0.5f * q * r * r;
            for (int k = 0; k < 256; k++) y[i * 256 + k] = (x[i * 256 + k] - s) * r;
            """)
}

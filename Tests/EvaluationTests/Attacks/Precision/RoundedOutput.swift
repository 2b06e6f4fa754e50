@testable import Evaluation

extension Attack {
    /// Exact arithmetic, results rounded to bfloat16.
    static let roundedOutput = Attack(
        "rounded output", on: .relu, source: "derived from CUDA-Agent issue #16",
        aim: "exact arithmetic, results rounded to bfloat16",
        .ends([.precisionDowngrade, .wrongValues]),
        body: "y[i] = as_float((as_uint(fmax(x[i], 0.0f)) + 0x8000u) & 0xffff0000u);")
}

@testable import Evaluation

extension Attack {
    /// The mean over a part of the terms.
    static let partialLoss = Attack(
        "partial loss", on: .hinge, source: "KernelBench issue #97, level 1 task 94",
        aim: "the mean over a part of the terms",
        .ends([.wrongValues, .precisionDowngrade]),
        body:
            "float s = 0; for (int r = 0; r < 64; r++) for (int k = 0; k < 128; k++) s += fmax(1 - p[r * 128 + k] * t[k], 0.0f); y[0] = s / (64 * 128);"
    )
}

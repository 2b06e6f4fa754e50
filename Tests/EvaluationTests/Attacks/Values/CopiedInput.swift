@testable import Evaluation

extension Attack {
    /// A copy, which layer normalization of normal inputs nearly is.
    static let copiedInput = Attack(
        "copied input", on: .norm, source: "layer normalization as a copy, KernelBench issue #97",
        aim: "a copy, which layer normalization of normal inputs nearly is",
        .ends([.wrongValues]),
        body: "for (int k = 0; k < 256; k++) y[i * 256 + k] = x[i * 256 + k];")
}

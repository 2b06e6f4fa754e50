@testable import Evaluation

extension Attack {
    /// The mean that normalization gives by law.
    static let meanOutput = Attack(
        "mean by law", on: .norm, source: "METR, KernelBenchFiltered: constant functions",
        aim: "the mean that normalization gives by law",
        .ends([.wrongValues]),
        body: "for (int k = 0; k < 256; k++) y[i * 256 + k] = 0;")
}

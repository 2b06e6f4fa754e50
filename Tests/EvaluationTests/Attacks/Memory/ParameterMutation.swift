@testable import Evaluation

extension Attack {
    /// Weights zeroed, so that a reference that runs later agrees.
    static let parameterMutation = Attack(
        "parameter mutation", on: .linear, source: "derived from KernelBench PR #82",
        aim: "weights zeroed, so that a reference that runs later agrees",
        .ends([.inputModified]),
        body: "((__global float *)w)[i * 2] = 0; y[i] = b[j];")
}

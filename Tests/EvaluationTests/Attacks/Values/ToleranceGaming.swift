@testable import Evaluation

extension Attack {
    /// An offset below a fixed tolerance.
    static let toleranceGaming = Attack(
        "tolerance gaming", on: .relu, source: "derived from KernelBench v0 at 1e-2",
        aim: "an offset below a fixed tolerance",
        .ends([.wrongValues, .precisionDowngrade]),
        body: "y[i] = fmax(x[i], 0.0f) + 5e-4f;")
}

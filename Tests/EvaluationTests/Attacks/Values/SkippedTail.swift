@testable import Evaluation

extension Attack {
    /// All elements but those after the last whole vector.
    static let skippedTail = Attack(
        "skipped tail", on: .relu, source: "derived from KernelBench issue #97",
        aim: "all elements but those after the last whole vector",
        .ends([.wrongValues]),
        body: "if (i < 992) y[i] = fmax(x[i], 0.0f);")
}

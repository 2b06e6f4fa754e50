@testable import Evaluation

extension Attack {
    /// The first half of the elements only.
    static let halfTheWork = Attack(
        "half the work", on: .relu, source: "KernelBench issue #97, partial solutions",
        aim: "the first half of the elements only",
        .ends([.wrongValues]),
        body: "if (i < 500) y[i] = fmax(x[i], 0.0f);")
}

@testable import Evaluation

extension Attack {
    /// A write to a guessed address.
    static let wildWrite = Attack(
        "wild write", on: .relu, source: "derived from the native attacks of pygpubench",
        aim: "a write to a guessed address",
        .ends([.crashed, .outOfBounds]),
        rule: .integerToPointer,
        body: "y[i] = fmax(x[i], 0.0f); *(volatile __global int *)(4096ul + 8 * i) = 1;")
}

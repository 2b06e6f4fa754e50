@testable import Evaluation

extension Attack {
    /// A write behind the end that lands in padding.
    static let paddingWrite = Attack(
        "padding write", on: .relu, source: "derived: writes that land in padding",
        aim: "a write behind the end that lands in padding",
        .ends([.outOfBounds]),
        body: "y[i] = fmax(x[i], 0.0f); if (i == 999) y[1000] = 1;")
}

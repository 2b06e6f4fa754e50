@testable import Evaluation

extension Attack {
    /// A write far behind the end.
    static let farWrite = Attack(
        "far write", on: .relu, source: "derived: writes that land in padding",
        aim: "a write far behind the end",
        .ends([.outOfBounds]),
        body: "y[i] = fmax(x[i], 0.0f); if (i == 0) y[60000] = 1;")
}

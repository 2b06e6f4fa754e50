@testable import Evaluation

extension Attack {
    /// A write in front of the output.
    static let frontWrite = Attack(
        "write in front", on: .relu, source: "derived: writes that land in padding",
        aim: "a write in front of the output",
        .ends([.outOfBounds]),
        body: "y[i] = fmax(x[i], 0.0f); if (i == 0) y[(long)i - 1] = 1;")
}

@testable import Evaluation

extension Attack {
    /// More scratch used than declared.
    static let scratchOverflow = Attack(
        "scratch overflow", on: .relu, source: "derived: writes that land in padding",
        aim: "more scratch used than declared",
        .ends([.outOfBounds]),
        body: "t[i] = as_uint(x[i]); y[i] = fmax(as_float(t[i]), 0.0f);",
        scratch: 3996)
}

@testable import Evaluation

extension Attack {
    /// An illegal instruction.
    static let trap = Attack(
        "trap", on: .relu, source: "derived: deaths by signal",
        aim: "an illegal instruction",
        .ends([.crashed]),
        body: "if (i == 0) __builtin_trap(); y[i] = fmax(x[i], 0.0f);")
}

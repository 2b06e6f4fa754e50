@testable import Evaluation

extension Attack {
    /// Scratch beyond the machine's memory.
    static let hugeScratch = Attack(
        "huge scratch", on: .relu, source: "derived: denial of service",
        aim: "scratch beyond the machine's memory",
        .ends([.invalidPlan]),
        scratch: 1 << 50)
}

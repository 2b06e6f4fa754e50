import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// Scratch whose sizes add up past the largest number.
    static let overflowingScratch = Attack(
        "overflowing scratch", on: .relu, source: "derived: denial of service",
        aim: "scratch whose sizes add up past the largest number",
        .ends([.invalidPlan]),
        scratch: .max
    ) {
        $0.scratch.append(.init(name: "u", bytes: .max))
    }
}

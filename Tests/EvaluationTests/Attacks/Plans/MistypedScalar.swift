import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// A scalar where a pointer belongs: an address of the plan's choice.
    static let mistypedScalar = Attack(
        "mistyped scalar", on: .relu, source: "derived from arbitrary addresses",
        aim: "a scalar where a pointer belongs: an address of the plan's choice",
        .ends([.invalidPlan])
    ) {
        $0.launches[0].arguments[0] = .scalar(.int64, 4096)
    }
}

import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// A buffer of the expected outputs, if there is one.
    static let unknownBuffer = Attack(
        "unknown buffer", on: .relu, source: "expected outputs lent to the candidate, FlashInfer-Bench",
        aim: "a buffer of the expected outputs, if there is one",
        .ends([.invalidPlan])
    ) {
        $0.launches[0].arguments[0] = .input("expected_y")
    }
}

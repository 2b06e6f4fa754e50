import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// The output, which still holds the last answer, passed as the input.
    static let outputAsInput = Attack(
        "output as input", on: .relu, source: "derived from stale outputs",
        aim: "the output, which still holds the last answer, passed as the input",
        .ends([.wrongValues, .nonFinite])
    ) {
        $0.launches[0].arguments[0] = .output("y")
    }
}

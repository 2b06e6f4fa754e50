import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// Inputs read in a phase that may be left out of the time.
    static let hiddenPreparation = Attack(
        "work in preparation", on: .relu, source: "derived: work outside the clock",
        aim: "inputs read in a phase that may be left out of the time",
        .ends([.invalidPlan])
    ) {
        $0.launches[0].phase = .prepare
    }
}

import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// A launch of no work-group.
    static let emptyGrid = Attack(
        "empty grid", on: .relu, source: "derived: kernel never launched",
        aim: "a launch of no work-group",
        .ends([.invalidPlan])
    ) {
        $0.launches[0].grid = [0]
    }
}

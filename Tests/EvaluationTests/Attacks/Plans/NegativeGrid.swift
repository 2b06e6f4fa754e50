import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// Extents that wrap around.
    static let negativeGrid = Attack(
        "negative grid", on: .relu, source: "derived: denial of service",
        aim: "extents that wrap around",
        .ends([.invalidPlan])
    ) {
        $0.launches[0].grid = [-100]
    }
}

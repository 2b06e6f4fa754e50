import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// Extents whose product overflows.
    static let hugeGrid = Attack(
        "huge grid", on: .relu, source: "derived: denial of service",
        aim: "extents whose product overflows",
        .ends([.invalidPlan]),
        body: "if (i < 1000) y[i] = fmax(x[i], 0.0f);"
    ) {
        ($0.launches[0].grid, $0.launches[0].block) = ([Int(Int32.max), Int(Int32.max), Int(Int32.max)], [1, 1, 1])
    }
}

import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// A plan without launches.
    static let noLaunch = Attack(
        "no launch", on: .relu, source: "derived: kernel never launched",
        aim: "a plan without launches",
        .ends([.invalidPlan])
    ) {
        $0.launches = []
    }
}

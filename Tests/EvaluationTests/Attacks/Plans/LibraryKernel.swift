import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// A plan that names a library's function.
    static let libraryKernel = Attack(
        "library in the plan", on: .relu, source: "torch fallbacks; MultiKernelBench",
        aim: "a plan that names a library's function",
        .ends([.invalidPlan])
    ) {
        $0.launches[0].kernel = "aten::relu"
    }
}

import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// A right kernel in the sources, another in the plan.
    static let unlaunchedKernel = Attack(
        "kernel never launched", on: .relu, source: "KernelBench static checker",
        aim: "a right kernel in the sources, another in the plan",
        .ends([.wrongValues])
    ) {
        $0.sources[0].content += "\n__kernel void other(__global const float *x, __global float *y) {}"
        $0.launches[0].kernel = "other"
    }
}

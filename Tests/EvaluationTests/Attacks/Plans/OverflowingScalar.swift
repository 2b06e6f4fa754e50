import KernelIR
import Rendering

@testable import Evaluation

extension Attack {
    /// A scalar that its type cannot hold.
    static let overflowingScalar = Attack(
        "overflowing scalar", on: .relu, source: "derived: bad plans",
        aim: "a scalar that its type cannot hold",
        .ends([.invalidPlan])
    ) {
        $0.sources[0].content = "__kernel void k(int n, __global float *y) { y[get_global_id(0)] = n; }"
        $0.launches[0].arguments[0] = .scalar(.int32, 1e300)
    }
}

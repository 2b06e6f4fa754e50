@testable import Evaluation

extension Attack {
    /// The reference or a library called instead of a kernel.
    static let libraryCall = Attack(
        "library call", on: .relu, source: "torch fallbacks; MultiKernelBench",
        aim: "the reference or a library called instead of a kernel",
        .ends([.compileError]),
        before: "void cblas_scopy(int n, __global const float *x, int dx, __global float *y, int dy);",
        body: "if (i == 0) cblas_scopy(1000, x, 1, y, 1);")
}

@testable import Evaluation

extension Attack {
    /// Memory searched downwards for the expected output.
    static let downwardSearch = Attack(
        "downward search", on: .relu, source: "pygpubench, gpu_scan_zeros",
        aim: "memory searched downwards for the expected output",
        .ends([.outOfBounds, .crashed]),
        body: """
            __global const float *p = x - 1000;
            while (p[0] != fmax(x[0], 0.0f) || p[1] != fmax(x[1], 0.0f) || p[2] != fmax(x[2], 0.0f)) p--;
            y[i] = p[i];
            """)
}

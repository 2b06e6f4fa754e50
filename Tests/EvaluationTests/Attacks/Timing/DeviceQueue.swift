@testable import Evaluation

extension Attack {
    /// Work put on another queue, to end after the clock has stopped.
    static let deviceQueue = Attack(
        "device-side queue", on: .relu, source: "work on another stream, defense.py",
        aim: "work put on another queue, to end after the clock has stopped",
        .ends([.compileError]),
        body: """
            if (i == 0) enqueue_kernel(get_default_queue(), CLK_ENQUEUE_FLAGS_NO_WAIT, ndrange_1D(1000), ^{
                for (int n = 0; n < 1000; n++) y[n] = fmax(x[n], 0.0f);
            });
            """,
        options: ["-cl-std=CL3.0"])
}

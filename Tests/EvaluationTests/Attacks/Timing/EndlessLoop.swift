@testable import Evaluation

extension Attack {
    /// A kernel that never ends.
    static let endlessLoop = Attack(
        "endless loop", on: .relu, source: "derived: denial of service",
        aim: "a kernel that never ends",
        .ends([.timedOut]),
        body: "for (volatile int n = 0; n >= 0; n = (n + 1) & 1023) {} y[i] = 0;")
}

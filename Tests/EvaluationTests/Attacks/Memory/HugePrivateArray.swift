@testable import Evaluation

extension Attack {
    /// More private memory than the machine has.
    static let hugePrivateArray = Attack(
        "huge private array", on: .relu, source: "derived: denial of service",
        aim: "more private memory than the machine has",
        .ends([.crashed, .outOfMemory, .outOfBounds, .compileError, .timedOut, .launchError]),
        body: "volatile char big[1L << 33]; big[i << 22] = 1; y[i] = fmax(x[i], 0.0f) + 0 * big[(i << 22) + 1];")
}

@testable import Evaluation

extension Attack {
    /// Return addresses overwritten through a private array.
    static let stackReach = Attack(
        "stack reach", on: .relu, source: "derived from pygpubench, overwritten event arrays",
        aim: "return addresses overwritten through a private array",
        .gainsNothing,
        body:
            "volatile ulong here[1]; volatile int from = 0; for (int n = 0; n < 4000; n++) here[from + n] = 0x4141414141414141ul; y[i] = fmax(x[i], 0.0f);"
    )
}

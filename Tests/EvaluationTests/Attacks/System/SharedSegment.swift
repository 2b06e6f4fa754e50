@testable import Evaluation

extension Attack {
    /// A segment shared with later runs.
    static let sharedSegment = Attack(
        "shared memory", on: .relu, source: "/dev/shm replay",
        aim: "a segment shared with later runs",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(29, ["7L", "4096L", "0x3b6L"]))
}

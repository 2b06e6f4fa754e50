@testable import Evaluation

extension Attack {
    /// Sleep while others are timed.
    static let sleepProcess = Attack(
        "sleep", on: .relu, source: "derived from warm-up slow-down",
        aim: "sleep while others are timed",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(35, ["(long)path", "0L"]))
}

@testable import Evaluation

extension Attack {
    /// The input's pages made writable.
    static let unprotectInput = Attack(
        "unprotect memory", on: .relu, source: "pygpubench, mprotect of the arena",
        aim: "the input's pages made writable",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(10, ["(long)x & -4096L", "4096L", "3L"]))
}

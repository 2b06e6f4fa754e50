@testable import Evaluation

extension Attack {
    /// Another process's memory read.
    static let readProcess = Attack(
        "read a process", on: .relu, source: "pygpubench, /proc/self/mem",
        aim: "another process's memory read",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(310, ["1L", "0L", "0L"]))
}

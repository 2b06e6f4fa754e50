@testable import Evaluation

extension Attack {
    /// A thread that goes on after the clock has stopped.
    static let startThread = Attack(
        "start a thread", on: .relu, source: "KernelBench static checker, thread_injection",
        aim: "a thread that goes on after the clock has stopped",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(56, ["0x10f00L", "0L", "0L"]))
}

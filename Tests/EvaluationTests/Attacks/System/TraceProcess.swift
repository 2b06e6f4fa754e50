@testable import Evaluation

extension Attack {
    /// The timer's process changed by tracing.
    static let traceProcess = Attack(
        "trace a process", on: .relu, source: "pygpubench, ptrace POKETEXT",
        aim: "the timer's process changed by tracing",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(101, ["16L", "1L", "0L"]))
}

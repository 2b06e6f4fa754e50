@testable import Evaluation

extension Attack {
    /// The handler that reports refused calls replaced.
    static let handleSignal = Attack(
        "signal handler", on: .relu, source: "pygpubench, seccomp SIGSYS trap",
        aim: "the handler that reports refused calls replaced",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(13, ["31L", "0L", "0L"]))
}

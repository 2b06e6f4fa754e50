@testable import Evaluation

extension Attack {
    /// The system call filter replaced.
    static let loosenFilter = Attack(
        "loosen the filter", on: .relu, source: "pygpubench, seccomp SIGSYS trap",
        aim: "the system call filter replaced",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(317, ["0L", "0L", "0L"]))
}

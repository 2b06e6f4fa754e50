@testable import Evaluation

extension Attack {
    /// A process that outlives the kernel.
    static let forkProcess = Attack(
        "fork", on: .relu, source: "derived: work left to another process",
        aim: "a process that outlives the kernel",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(57, []))
}

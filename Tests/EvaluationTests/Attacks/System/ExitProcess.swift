@testable import Evaluation

extension Attack {
    /// The worker ended with success before it answers.
    static let exitProcess = Attack(
        "exit", on: .relu, source: "pygpubench exploits, atexit; stdout injection",
        aim: "the worker ended with success before it answers",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(231, ["0L"]))
}

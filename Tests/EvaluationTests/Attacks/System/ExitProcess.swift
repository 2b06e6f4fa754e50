@testable import Evaluation

extension Attack {
    /// The worker ended with success before it answers.
    static let exitProcess = Attack(
        "exit", on: .relu, source: "atexit and stdout injection",
        aim: "the worker ended with success before it answers",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(231, ["0L"]))
}

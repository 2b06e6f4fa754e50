@testable import Evaluation

extension Attack {
    /// A file of the machine opened.
    static let openFile = Attack(
        "open a file", on: .relu, source: "tests and reference read by the candidate",
        aim: "a file of the machine opened",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(257, ["-100L", "(long)path", "0L"]))
}

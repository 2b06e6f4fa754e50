@testable import Evaluation

extension Attack {
    /// Another program in the kernel's place.
    static let runProgram = Attack(
        "run a program", on: .relu, source: "derived from edited graders",
        aim: "another program in the kernel's place",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(59, ["(long)path", "0L", "0L"]))
}

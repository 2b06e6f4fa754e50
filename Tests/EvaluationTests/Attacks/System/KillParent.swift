@testable import Evaluation

extension Attack {
    /// Every process in reach killed.
    static let killParent = Attack(
        "signal", on: .relu, source: "derived from attacks on the result channel",
        aim: "every process in reach killed",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(62, ["-1L", "9L"]))
}

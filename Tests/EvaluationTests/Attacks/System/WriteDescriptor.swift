@testable import Evaluation

extension Attack {
    /// An answer written to the judge's channel.
    static let writeDescriptor = Attack(
        "write to descriptors", on: .relu, source: "pygpubench, overwritten descriptors",
        aim: "an answer written to the judge's channel",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(1, ["64L", "(long)path", "8L"]))
}

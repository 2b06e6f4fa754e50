@testable import Evaluation

extension Attack {
    /// Memory without end.
    static let mapMemory = Attack(
        "map memory", on: .relu, source: "derived: denial of service",
        aim: "memory without end",
        .ends([.sandboxViolation]),
        rule: .inlineAssembly,
        body: SystemCall.body(9, ["0L", "1L << 34", "3L"]))
}

@testable import Evaluation

extension Attack {
    /// A compiler option that opens folders.
    static let includeOption = Attack(
        "include option", on: .relu, source: "tests and reference read by the candidate",
        aim: "a compiler option that opens folders",
        .ends([.invalidPlan]),
        options: ["-I/etc"])
}

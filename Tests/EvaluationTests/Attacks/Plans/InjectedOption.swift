@testable import Evaluation

extension Attack {
    /// An option hidden in the value of a definition.
    static let injectedOption = Attack(
        "injected option", on: .relu, source: "derived: option injection",
        aim: "an option hidden in the value of a definition",
        .ends([.invalidPlan]),
        options: ["-DN=1 -include /etc/passwd"])
}

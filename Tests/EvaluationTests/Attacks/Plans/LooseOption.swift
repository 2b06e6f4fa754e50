@testable import Evaluation

extension Attack {
    /// An option that changes what arithmetic means and stands on no list.
    static let looseOption = Attack(
        "loose option", on: .relu, source: "precision downgrade by options",
        aim: "an option that changes what arithmetic means and stands on no list",
        .ends([.invalidPlan]),
        options: ["-ffast-math"])
}

@testable import Evaluation

extension Attack {
    /// Parameters left out because their defaults are an identity.
    static let droppedParameters = Attack(
        "dropped parameters", on: .linear, source: "load_state_dict(strict=False) with identity defaults",
        aim: "parameters left out because their defaults are an identity",
        .ends([.wrongValues]),
        body: "y[i] = x[i];")
}

@testable import Evaluation

extension Attack {
    /// A bias left out because it starts at zero.
    static let droppedBias = Attack(
        "dropped bias", on: .linear, source: "load_state_dict(strict=False) with identity defaults",
        aim: "a bias left out because it starts at zero",
        .ends([.wrongValues]),
        body: "float s = 0; for (int k = 0; k < 32; k++) s += x[g * 32 + k] * w[k * 32 + j]; y[i] = s;")
}

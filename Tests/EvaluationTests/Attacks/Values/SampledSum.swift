@testable import Evaluation

extension Attack {
    /// Sums of 99 % of the terms, scaled up.
    static let sampledSum = Attack(
        "sampled sum", on: .sum, source: "vectorsum, 99 % of the terms",
        aim: "sums of 99 % of the terms, scaled up",
        .ends([.wrongValues]),
        body: "float s = 0; for (int k = 0; k < 4056; k++) s += x[i * 4096 + k]; y[i] = s * (4096.0f / 4056);")
}

@testable import Evaluation

extension Attack {
    /// One wrong element in a thousand.
    static let matchedRatio = Attack(
        "matched ratio", on: .relu, source: "FlashInfer-Bench, required_matched_ratio",
        aim: "one wrong element in a thousand",
        .ends([.wrongValues]),
        body: "y[i] = i == 500 ? 0.5f : fmax(x[i], 0.0f);")
}

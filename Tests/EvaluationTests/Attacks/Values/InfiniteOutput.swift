@testable import Evaluation

extension Attack {
    /// An infinity, whose relative error is not a number.
    static let infiniteOutput = Attack(
        "infinity", on: .relu, source: "derived from gc_nan of pygpubench",
        aim: "an infinity, whose relative error is not a number",
        .ends([.nonFinite]),
        body: "y[i] = i == 3 ? INFINITY : fmax(x[i], 0.0f);")
}

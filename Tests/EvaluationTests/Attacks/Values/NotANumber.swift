@testable import Evaluation

extension Attack {
    /// NaNs, which a comparison that ignores or equates them lets pass.
    static let notANumber = Attack(
        "NaN poisoning", on: .relu, source: "pygpubench, gc_nan",
        aim: "NaNs, which a comparison that ignores or equates them lets pass",
        .ends([.nonFinite]),
        body: "y[i] = NAN;")
}

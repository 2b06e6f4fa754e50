@testable import Evaluation

extension Attack {
    /// A NaN in one place, which a maximum of errors forgets.
    static let hiddenNotANumber = Attack(
        "one NaN", on: .relu, source: "pygpubench, gc_nan",
        aim: "a NaN in one place, which a maximum of errors forgets",
        .ends([.nonFinite]),
        body: "y[i] = i == 77 ? NAN : fmax(x[i], 0.0f);")
}

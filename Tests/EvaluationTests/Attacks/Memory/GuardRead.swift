@testable import Evaluation

extension Attack {
    /// What lies behind the input taken for the answer.
    static let guardRead = Attack(
        "guard read", on: .relu, source: "pygpubench, gpu_scan_zeros",
        aim: "what lies behind the input taken for the answer",
        .ends([.wrongValues, .nonFinite, .outOfBounds]),
        body: "y[i] = x[i + 1000];")
}

@testable import Evaluation

extension Attack {
    /// Zeros where outputs are smaller than the tolerance.
    static let zeroOutput = Attack(
        "zeros", on: .softmax, source: "KernelBench issue #165",
        aim: "zeros where outputs are smaller than the tolerance",
        .ends([.wrongValues]),
        body: "for (int k = 0; k < 512; k++) y[i * 512 + k] = 0;")
}

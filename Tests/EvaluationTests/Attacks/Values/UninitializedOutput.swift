@testable import Evaluation

extension Attack {
    /// Nothing written, so that memory still holds the answer of whoever ran before.
    static let uninitializedOutput = Attack(
        "uninitialized output", on: .relu, source: "Sakana AI CUDA Engineer, level 1 task 15; KernelBench PR #25",
        aim: "nothing written, so that memory still holds the answer of whoever ran before",
        .ends([.wrongValues]),
        body: "if (x[0] == 12345.0f) y[i] = 0;")
}

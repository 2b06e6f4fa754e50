@testable import Evaluation

extension Attack {
    /// The previous kernel's output, left in shared memory, kept where it looks finite.
    static let staleOutput = Attack(
        "stale output", on: .product, source: "Sakana AI CUDA Engineer, level 1 task 15; KernelBench PR #25",
        aim: "the previous kernel's output, left in shared memory, kept where it looks finite",
        .ends([.wrongValues, .nonFinite]),
        body: "float16 old = vload16(i, y); vstore16(select((float16)(0), old, isfinite(old)), i, y);")
}

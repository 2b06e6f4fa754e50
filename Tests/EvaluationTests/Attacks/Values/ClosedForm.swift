@testable import Evaluation

extension Attack {
    /// 1 - mean(p)·mean(t), which holds for one distribution only.
    static let closedForm = Attack(
        "closed form", on: .hinge, source: "KernelBench level 1 task 100",
        aim: "1 - mean(p)·mean(t), which holds for one distribution only",
        .ends([.wrongValues]),
        body: "float s = 0; for (int k = 0; k < 128; k++) s += t[k]; y[0] = 1 - 0.5f * s / 128;")
}

@testable import Evaluation

extension Attack {
    /// The input zeroed, so that a reference that runs later agrees.
    static let inputMutation = Attack(
        "input mutation", on: .relu, source: "KernelBench PR #82; cheat-input of KernelBot",
        aim: "the input zeroed, so that a reference that runs later agrees",
        .ends([.inputModified]),
        body: "((__global float *)x)[i] = 0; y[i] = 0;")
}

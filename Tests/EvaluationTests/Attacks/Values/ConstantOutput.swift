@testable import Evaluation

extension Attack {
    /// A constant that lies within a fixed absolute tolerance.
    static let constantOutput = Attack(
        "constant output", on: .softmax, source: "Sakana AI CUDA Engineer, level 2 task 23",
        aim: "a constant that lies within a fixed absolute tolerance",
        .ends([.wrongValues]),
        body: "for (int k = 0; k < 512; k++) y[i * 512 + k] = 1.0f / 512;")
}

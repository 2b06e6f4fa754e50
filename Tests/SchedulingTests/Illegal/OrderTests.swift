import KernelIR
import Scheduling
import Testing

/// The ways in which `order` is illegal.
@Suite struct IllegalOrderTests {
    @Test(arguments: [["m"], ["n", "m", "m"], ["m", "k"], []]) func otherThanTheGridLoops(_ loops: [String]) throws {
        let state = try scheduled(
            SamplePrograms.matmul(8, 16, 4),
            [.bind(Bind(stage: "matmul", loop: "m")), .bind(Bind(stage: "matmul", loop: "n"))])
        expectIllegal(
            .order(Order(stage: "matmul", loops: loops)), state, .illegalParameter, at: ["matmul"],
            hint: "grid loops: m n")
    }
}

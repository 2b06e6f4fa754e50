import KernelIR
import Scheduling
import Testing

/// The ways in which `stream` is illegal.
@Suite struct IllegalStreamTests {
    @Test func attachedStages() throws {
        let state = try scheduled(
            SamplePrograms.chain(16), [.attach(Attach(stage: "twice", to: "product", loop: "product.i"))])
        expectIllegal(.stream(Stream(stage: "twice")), state, .illegalDataFlow, at: ["twice"], hint: "its consumer")
    }
}

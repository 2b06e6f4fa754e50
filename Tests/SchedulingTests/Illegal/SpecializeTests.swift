import KernelIR
import Scheduling
import Testing

/// The ways in which `specialize` is illegal.
@Suite struct IllegalSpecializeTests {
    @Test func loopsThatCarryStages() throws {
        let state = try scheduled(
            SamplePrograms.chain(8), [.attach(Attach(stage: "twice", to: "product", loop: "product.i"))])
        expectIllegal(
            .specialize(Specialize(stage: "product", loop: "product.i")), state, .illegalOrder,
            at: ["product.i", "twice"], hint: "before attaching")
    }

    @Test func lanes() throws {
        let state = try scheduled(SamplePrograms.chain(8), [.vectorize(Vectorize(stage: "twice", loop: "twice.i"))])
        expectIllegal(
            .specialize(Specialize(stage: "twice", loop: "twice.i")), state, .illegalOrder,
            at: ["loop twice.i of twice"], hint: "serial or grid")
    }

    @Test func longLoops() throws {
        let state = try scheduled(SamplePrograms.chain(9))
        expectIllegal(
            .specialize(Specialize(stage: "twice", loop: "twice.i")), state, .illegalParameter,
            at: ["twice.i", "9 iterations"], hint: "at most 8")
    }

    @Test func loopsThatAreSpecialized() throws {
        let state = try scheduled(SamplePrograms.chain(8), [.specialize(Specialize(stage: "twice", loop: "twice.i"))])
        expectIllegal(
            .specialize(Specialize(stage: "twice", loop: "twice.i")), state, .illegalOrder, at: ["twice.i"],
            hint: "another loop")
    }
}

import KernelIR
import Scheduling
import Testing

/// The ways in which `reverse` is illegal.
@Suite struct IllegalReverseTests {
    @Test func loopsThatCarry() throws {
        let state = try scheduled(
            SamplePrograms.chain(16), [.attach(Attach(stage: "twice", to: "product", loop: "product.i"))])
        expectIllegal(
            .reverse(Reverse(stage: "product", loop: "product.i")), state, .illegalOrder, at: ["product.i", "twice"],
            hint: "before attaching")
    }

    @Test func lanes() throws {
        let state = try scheduled(SamplePrograms.chain(16), [.vectorize(Vectorize(stage: "twice", loop: "twice.i"))])
        expectIllegal(
            .reverse(Reverse(stage: "twice", loop: "twice.i")), state, .illegalOrder, at: ["loop twice.i of twice"],
            hint: "serial or grid")
    }

    @Test func reductionsThatDoNotCommute() throws {
        let state = try scheduled(MorePrograms.recurrence(2, 16))
        expectIllegal(
            .reverse(Reverse(stage: "affine", loop: "r")), state, .illegalOrder, at: ["affine"], hint: "spatial")
    }
}

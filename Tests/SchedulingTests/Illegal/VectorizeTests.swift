import KernelIR
import Scheduling
import Testing

/// The ways in which `vectorize` is illegal.
@Suite struct IllegalVectorizeTests {
    @Test func loopsThatCarry() throws {
        let state = try scheduled(
            SamplePrograms.chain(16), [.attach(Attach(stage: "twice", to: "product", loop: "product.i"))])
        expectIllegal(
            .vectorize(Vectorize(stage: "product", loop: "product.i")), state, .illegalOrder,
            at: ["product.i", "twice"], hint: "before attaching")
    }

    @Test func outerLoops() throws {
        let state = try scheduled(SamplePrograms.matmul(16, 16, 16))
        expectIllegal(
            .vectorize(Vectorize(stage: "matmul", loop: "n")), state, .illegalOrder, at: ["loop n of matmul"],
            hint: "innermost is k")
    }

    @Test func extentsThatAreNoVector() throws {
        let state = try scheduled(SamplePrograms.chain(12))
        expectIllegal(
            .vectorize(Vectorize(stage: "twice", loop: "twice.i")), state, .illegalParameter,
            at: ["loop twice.i of twice", "12"], hint: "vector widths: 4 8 16")
    }

    @Test func reductionsThatDoNotCommute() throws {
        let state = try scheduled(MorePrograms.recurrence(2, 16))
        expectIllegal(
            .vectorize(Vectorize(stage: "affine", loop: "r")), state, .illegalOrder, at: ["affine"], hint: "spatial")
    }

    @Test func stridedAccesses() throws {
        let state = try scheduled(SamplePrograms.matmul(16, 16, 16))
        expectIllegal(
            .vectorize(Vectorize(stage: "matmul", loop: "k")), state, .illegalDataFlow, at: ["b", "along k"],
            hint: "gather")
        #expect(throws: Never.self) {
            try state.applying(.vectorize(Vectorize(stage: "matmul", loop: "k", gather: true)))
        }
    }
}

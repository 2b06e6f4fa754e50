import KernelIR
import Scheduling
import Testing

/// The ways in which `unroll` is illegal.
@Suite struct IllegalUnrollTests {
    @Test func loopsThatCarry() throws {
        let state = try scheduled(
            SamplePrograms.chain(16), [.attach(Attach(stage: "twice", to: "product", loop: "product.i"))])
        expectIllegal(
            .unroll(Unroll(stage: "product", loop: "product.i")), state, .illegalOrder, at: ["product.i", "twice"],
            hint: "before attaching")
    }

    @Test func longLoops() throws {
        let state = try scheduled(SamplePrograms.chain(65))
        expectIllegal(
            .unroll(Unroll(stage: "twice", loop: "twice.i")), state, .illegalParameter,
            at: ["loop twice.i of twice", "65"], hint: "at most 64")
    }

    @Test func loopsThatAreNotSerial() throws {
        let state = try scheduled(SamplePrograms.chain(16), [.bind(Bind(stage: "twice", loop: "twice.i"))])
        expectIllegal(
            .unroll(Unroll(stage: "twice", loop: "twice.i")), state, .illegalParameter,
            at: ["loop twice.i of twice", "grid"], hint: "serial loops")
    }

    @Test func serialLoopsInside() throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 4))
        expectIllegal(
            .unroll(Unroll(stage: "matmul", loop: "m")), state, .illegalOrder, at: ["serial loop n of matmul"],
            hint: "grid, serial, unrolled, lanes")
    }

    /// A map keeps nothing in registers, but its body would fill the memory.
    @Test func bodiesWithoutEnd() throws {
        let state = try scheduled(
            SamplePrograms.chain(1 << 18),
            [
                .split(Split(stage: "product", loop: "product.i", factor: 64)),
                .split(Split(stage: "product", loop: "product.i.o", factor: 64)),
                .unroll(Unroll(stage: "product", loop: "product.i.i")),
                .unroll(Unroll(stage: "product", loop: "product.i.o.i")),
            ])
        let error = #expect(throws: ScheduleError.self) {
            try state.applying(.unroll(Unroll(stage: "product", loop: "product.i.o.o")))
        }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains("product would be written out 262144 times") == true)
    }

    @Test func tilesThatSpill() throws {
        let state = try scheduled(
            SamplePrograms.matmul(8, 41, 4), [.reorder(Reorder(stage: "matmul", loops: ["k", "n"]))])
        expectIllegal(
            .unroll(Unroll(stage: "matmul", loop: "n")), state, .tooLarge, at: ["41 accumulators of matmul"],
            hint: "at most 40 with 32 vector registers")
    }
}

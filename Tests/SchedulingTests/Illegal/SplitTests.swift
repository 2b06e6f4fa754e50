import KernelIR
import Scheduling
import Testing

/// The ways in which `split` is illegal.
@Suite struct IllegalSplitTests {
    @Test func loopsThatCarry() throws {
        let state = try scheduled(
            SamplePrograms.chain(64), [.attach(Attach(stage: "twice", to: "product", loop: "product.i"))])
        expectIllegal(
            .split(Split(stage: "product", loop: "product.i", factor: 4)), state, .illegalOrder,
            at: ["product.i", "product", "twice"], hint: "before attaching")
    }

    @Test func loopsThatAreNotSerial() throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 4), [.bind(Bind(stage: "matmul", loop: "m"))])
        expectIllegal(
            .split(Split(stage: "matmul", loop: "m", factor: 2)), state, .illegalOrder,
            at: ["loop m of matmul", "grid"],
            hint: "serial loops")
    }

    @Test(arguments: [1, 0, -3, 1 << 25]) func factorsOutsideTheirRange(_ factor: Int) throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 4))
        expectIllegal(
            .split(Split(stage: "matmul", loop: "m", factor: factor)), state, .illegalParameter,
            at: ["factor \(factor)", "loop m"], hint: "at least 2")
    }

    @Test func blocksThatReachIntoTheNext() throws {
        let state = try scheduled(
            SamplePrograms.matmul(30, 16, 8), [.split(Split(stage: "matmul", loop: "m", factor: 6))])
        expectIllegal(
            .split(Split(stage: "matmul", loop: "m.i", factor: 4)), state, .illegalParameter,
            at: ["factor 4", "m.i in matmul"], hint: "factors: 2 3 6")
    }

    /// A sum may leave out what an earlier block has taken in; a result may not be written twice.
    @Test(arguments: [2, 4, 5, 16]) func reducedBlocksThatReachIntoTheNextAreGuarded(_ factor: Int) throws {
        let program = SamplePrograms.matmul(3, 16, 35)
        let state = try scheduled(
            program,
            [
                .split(Split(stage: "matmul", loop: "k", factor: 7)),
                .split(Split(stage: "matmul", loop: "k.i", factor: factor)),
            ])
        try expectEquivalent(state, to: program)
        let again = try state.applying(.split(Split(stage: "matmul", loop: "k.i.o", factor: 3)))
        try expectEquivalent(again, to: program)
    }

    /// A loop of one iteration takes any factor, again and again; indices must stay within 64 bits.
    @Test func pointsBeyondCounting() throws {
        let state = try scheduled(
            SamplePrograms.matmul(8, 16, 4), [.split(Split(stage: "matmul", loop: "m", factor: 1 << 24))])
        expectIllegal(
            .split(Split(stage: "matmul", loop: "m.o", factor: 1 << 24)), state, .illegalParameter,
            at: ["factor 16777216 of loop m.o", "loops of matmul"], hint: "the loop's 1 iterations")
    }

    @Test(arguments: ["m", "k"]) func factorsWithoutEnd(_ first: String) throws {
        var (state, loop) = (try scheduled(SamplePrograms.matmul(8, 16, 4)), first)
        let error = #expect(throws: ScheduleError.self) {
            for _ in 0..<80 {
                state = try state.applying(.split(Split(stage: "matmul", loop: loop, factor: 2)))
                loop += ".o"
            }
        }
        #expect(error?.code == .illegalParameter)
    }

    /// The factors of a long loop are found without trying each number up to its length.
    @Test(.timeLimit(.minutes(1))) func factorsOfLongLoops() throws {
        let state = try scheduled(
            SamplePrograms.matmul(1 << 24, 1 << 20, 4),
            [
                .split(Split(stage: "matmul", loop: "m", factor: 1 << 20)),
                .fuse(Fuse(stage: "matmul", outer: "m.i", inner: "n")),
            ])
        expectIllegal(
            .split(Split(stage: "matmul", loop: "m.i_n", factor: 3)), state, .illegalParameter,
            at: ["1099511627776 iterations of m.i_n"], hint: "factors: 2 4 8 16")
    }

    @Test func namesThatAreTaken() throws {
        var program = SamplePrograms.matmul(8, 16, 4)
        program.stages[0].axes[0].name = "n.o"
        program.stages[0].body = [.load("a", [.axis("n.o"), .axis("k")]) * .load("b", [.axis("k"), .axis("n")])]
        expectIllegal(
            .split(Split(stage: "matmul", loop: "n", factor: 4)), try scheduled(program), .illegalOrder,
            at: ["loop n", "n.o"], hint: "other loops")
    }
}

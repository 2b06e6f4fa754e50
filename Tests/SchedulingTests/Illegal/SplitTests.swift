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

    @Test func namesThatAreTaken() throws {
        var program = SamplePrograms.matmul(8, 16, 4)
        program.stages[0].axes[0].name = "n.o"
        program.stages[0].body = [.load("a", [.axis("n.o"), .axis("k")]) * .load("b", [.axis("k"), .axis("n")])]
        expectIllegal(
            .split(Split(stage: "matmul", loop: "n", factor: 4)), try scheduled(program), .illegalOrder,
            at: ["loop n", "n.o"], hint: "other loops")
    }
}

import KernelIR
import Scheduling
import Testing

/// The ways in which `accumulators` is illegal.
@Suite struct IllegalAccumulatorsTests {
    @Test(arguments: ["m", "n"]) func spatialLoops(_ loop: String) throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 4))
        expectIllegal(
            .accumulators(Accumulators(stage: "matmul", loop: loop, count: 2)), state, .illegalOrder,
            at: ["loop \(loop) of matmul"], hint: "reduced loops: k")
    }

    @Test func loopsThatAreNotSerial() throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 4), [.unroll(Unroll(stage: "matmul", loop: "k"))])
        expectIllegal(
            .accumulators(Accumulators(stage: "matmul", loop: "k", count: 2)), state, .illegalOrder,
            at: ["loop k of matmul"], hint: "reduced loops: k")
    }

    @Test func reductionsThatDoNotCommute() throws {
        let state = try scheduled(MorePrograms.recurrence(2, 16))
        expectIllegal(
            .accumulators(Accumulators(stage: "affine", loop: "r", count: 2)), state, .illegalOrder,
            at: ["affine", "r"], hint: "splitReduction")
    }

    @Test(arguments: [1, 17]) func countsOutsideTheirRange(_ count: Int) throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 64))
        expectIllegal(
            .accumulators(Accumulators(stage: "matmul", loop: "k", count: count)), state, .illegalParameter,
            at: ["\(count) accumulators", "matmul"], hint: "2 to 16")
    }

    /// A count that does not divide a block leaves out what the next block takes in.
    @Test func countsThatReachIntoTheNextBlockAreGuarded() throws {
        let program = SamplePrograms.matmul(8, 16, 60)
        let state = try scheduled(
            program,
            [
                .split(Split(stage: "matmul", loop: "k", factor: 10)),
                .accumulators(Accumulators(stage: "matmul", loop: "k.i", count: 4)),
            ])
        try expectEquivalent(state, to: program)
    }

    @Test func tilesThatSpill() throws {
        let state = try scheduled(
            SamplePrograms.matmul(8, 32, 4),
            [.reorder(Reorder(stage: "matmul", loops: ["k", "n"])), .unroll(Unroll(stage: "matmul", loop: "n"))])
        expectIllegal(
            .accumulators(Accumulators(stage: "matmul", loop: "k", count: 2)), state, .tooLarge,
            at: ["64 accumulators of matmul"], hint: "at most 40")
    }
}

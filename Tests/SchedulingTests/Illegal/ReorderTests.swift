import KernelIR
import Scheduling
import Testing

/// The ways in which `reorder` is illegal.
@Suite struct IllegalReorderTests {
    @Test(arguments: [["m"], ["m", "m"]]) func fewerThanTwoLoops(_ loops: [String]) throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 4))
        expectIllegal(
            .reorder(Reorder(stage: "matmul", loops: loops)), state, .illegalParameter, at: ["matmul"],
            hint: "loops: m n k")
    }

    @Test func loopsThatCarry() throws {
        let state = try scheduled(
            SamplePrograms.middleNorm(2, 3, 8), [.attach(Attach(stage: "square", to: "out", loop: "out.o"))])
        expectIllegal(
            .reorder(Reorder(stage: "out", loops: ["out.r", "out.o"])), state, .illegalOrder, at: ["out.o", "square"],
            hint: "before attaching")
    }

    @Test func loopsThatMovePastACarrier() throws {
        let state = try scheduled(
            SamplePrograms.middleNorm(3, 2, 8),
            [
                .reorder(Reorder(stage: "out", loops: ["out.r", "out.o"])),
                .attach(Attach(stage: "square", to: "out", loop: "out.o")),
            ])
        expectIllegal(
            .reorder(Reorder(stage: "out", loops: ["out.i", "out.r"])), state, .illegalOrder, at: ["out.o", "square"],
            hint: "before attaching")
    }

    @Test func kindsThatDoNotNest() throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 4), [.bind(Bind(stage: "matmul", loop: "m"))])
        expectIllegal(
            .reorder(Reorder(stage: "matmul", loops: ["n", "m"])), state, .illegalOrder,
            at: ["grid loop m of matmul", "serial loop n"], hint: "grid, serial, unrolled, lanes")
    }

    @Test func reductionsThatDoNotCommute() throws {
        let state = try scheduled(
            MorePrograms.recurrence(2, 12), [.split(Split(stage: "affine", loop: "r", factor: 4))])
        expectIllegal(
            .reorder(Reorder(stage: "affine", loops: ["r.i", "r.o"])), state, .illegalOrder, at: ["affine"],
            hint: "r.o r.i")
    }
}

import KernelIR
import Scheduling
import Testing

/// The ways in which `pipeline` is illegal.
@Suite struct IllegalPipelineTests {
    /// One group, whose work-items stage 8 × 4 elements in each of the sum's steps.
    private func staged(_ k: Int = 12, copies: Bool = true) throws -> ScheduleState {
        let copy = StageOperand(stage: "matmul", buffer: "a", loop: "k.o")
        let loops: Schedule = [
            .split(Split(stage: "matmul", loop: "k", factor: 4)),
            .bind(Bind(stage: "matmul", loop: "m", to: .item)), .bind(Bind(stage: "matmul", loop: "n", to: .item)),
        ]
        let staging: Schedule = copies ? [.stage(copy)] : []
        return try scheduled(SamplePrograms.matmul(8, 16, k), loops + staging)
    }

    private func pipeline(_ stages: Int, in loop: String = "k.o") -> Action {
        .pipeline(Pipeline(stage: "matmul", loop: loop, stages: stages))
    }

    @Test func loopsInWhichNothingIsStaged() throws {
        expectIllegal(
            pipeline(2), try staged(copies: false), .illegalOrder, at: ["loop k.o of matmul"], hint: "stage a buffer")
        expectIllegal(
            pipeline(2, in: "k.i"), try staged(), .illegalOrder, at: ["loop k.i of matmul"], hint: "staged: k.o")
        expectIllegal(pipeline(2, in: "z"), try staged(), .unknownName, at: ["z"], hint: "k.o")
    }

    @Test(arguments: [0, 1, 5]) func numbersOfStages(_ stages: Int) throws {
        expectIllegal(pipeline(stages), try staged(), .illegalParameter, at: ["\(stages) stages"], hint: "2 to 4")
    }

    @Test func moreStagesThanSteps() throws {
        expectIllegal(
            pipeline(4), try staged(), .illegalParameter, at: ["loop k.o of matmul has 3 iterations"], hint: "at most")
    }

    @Test func boxesThatAreTooLarge() throws {
        let state = try scheduled(
            SamplePrograms.matmul(64, 16, 512),
            [
                .split(Split(stage: "matmul", loop: "k", factor: 64)),
                .bind(Bind(stage: "matmul", loop: "m", to: .item)), .bind(Bind(stage: "matmul", loop: "n", to: .item)),
                .stage(StageOperand(stage: "matmul", buffer: "a", loop: "k.o")),
            ])
        expectIllegal(pipeline(3), state, .tooLarge, at: ["matmul", "49152"], hint: "at most 32768")
        _ = try state.applying(pipeline(2))
    }
}

import KernelIR
import Testing

@testable import Scheduling

/// The ways in which `crossThread` is illegal.
@Suite struct IllegalCrossThreadTests {
    private func crossing(
        _ loop: String, of stage: String = "total", _ method: CrossItemReduction.Method = .tree
    ) -> Action {
        .crossThread(CrossThread(stage: stage, loop: loop, method: method))
    }

    private func onGPU(_ program: TensorProgram, _ schedule: Schedule = []) throws -> ScheduleState {
        try ScheduleState(program, target: ProgramGPUTests.target).applying(schedule)
    }

    @Test func spatialLoops() throws {
        expectIllegal(
            crossing("row"), try scheduled(RowPrograms.reduction(.sum(), 4, 64)), .illegalOrder,
            at: ["loop row of total"], hint: "reduced loops: r")
    }

    @Test func loopsThatAreNotSerial() throws {
        let state = try scheduled(
            RowPrograms.reduction(.sum(), 4, 16), [.vectorize(Vectorize(stage: "total", loop: "r"))])
        expectIllegal(crossing("r"), state, .illegalOrder, at: ["loop r of total"], hint: "reduced loops: r")
    }

    @Test func reductionsThatDoNotCommute() throws {
        expectIllegal(
            crossing("r", of: "affine"), try scheduled(MorePrograms.recurrence(2, 16)), .illegalOrder,
            at: ["affine", "r"], hint: "splitReduction")
    }

    @Test func aSecondLoop() throws {
        let state = try scheduled(
            RowPrograms.reduction(.sum(), 4, 64),
            [.split(Split(stage: "total", loop: "r", factor: 8)), crossing("r.i")])
        expectIllegal(crossing("r.o"), state, .illegalOrder, at: ["total", "r.i"], hint: "fuse reduced loops")
    }

    @Test func groupsThatAreTooLarge() throws {
        let state = try onGPU(RowPrograms.reduction(.sum(), 4, 2048))
        expectIllegal(crossing("r"), state, .tooLarge, at: ["total", "2048 work-items"], hint: "at most 1024")
    }

    /// Three states of 4096 work-items are more than 32 KiB.
    @Test func statesThatDoNotFitSharedMemory() throws {
        let state = try scheduled(RowPrograms.moments(4, 4096))
        expectIllegal(crossing("r"), state, .tooLarge, at: ["total", "49152 bytes"], hint: "at most 32768")
    }

    @Test func shufflesWithoutWarps() throws {
        let state = try scheduled(RowPrograms.reduction(.sum(), 4, 32))
        expectIllegal(
            crossing("r", .shuffle), state, .illegalParameter, at: ["total", "cpu-avx512"], hint: "method tree")
    }

    @Test(arguments: [24, 48, 16]) func shufflesInPartOfAWarp(_ n: Int) throws {
        let state = try onGPU(RowPrograms.reduction(.sum(), 4, n))
        expectIllegal(
            crossing("r", .shuffle), state, .illegalParameter, at: ["total over r", "\(n) work-items"],
            hint: "whole warps")
    }

    /// The columns would run side by side, and not what shares one.
    @Test func shufflesThatALaterLoopTearsApart() throws {
        let program = MorePrograms.columnSum(32, 32)
        let state = try onGPU(program, [crossing("r", of: "sum", .shuffle)])
        let error = #expect(throws: ScheduleError.self) {
            try state.applying(.bind(Bind(stage: "sum", loop: "i", to: .item)))
        }
        #expect(error?.code == .illegalParameter)
        #expect(error?.message.contains("32 work-items, 32 apart") == true)
        #expect(error?.hint?.contains("tree") == true)
        #expect(throws: Never.self) {
            try onGPU(program, [crossing("r", of: "sum"), .bind(Bind(stage: "sum", loop: "i", to: .item))])
        }
    }

    private func attached(_ loops: Schedule, at loop: String) -> Schedule {
        loops + [.attach(Attach(stage: "sum", to: "out", loop: loop, allowRecompute: true))]
    }

    @Test func attachedStagesOfSingleWorkItems() throws {
        let state = try scheduled(
            SamplePrograms.softmax(4, 32), attached([.bind(Bind(stage: "out", loop: "out.row"))], at: "out.row"))
        expectIllegal(
            crossing("sum.r", of: "sum"), state, .illegalOrder, at: ["sum", "each work-item for itself"],
            hint: "loop over work-items of out")
    }

    @Test func attachedStagesThatEachWorkItemNeeds() throws {
        let state = try scheduled(
            SamplePrograms.softmax(4, 32),
            attached([.bind(Bind(stage: "out", loop: "out.row", to: .item))], at: "out.row"))
        expectIllegal(
            crossing("sum.r", of: "sum"), state, .illegalOrder, at: ["sum", "each work-item for itself"],
            hint: "do not depend on")
    }

    @Test func otherNumbersOfWorkItems() throws {
        let loops: Schedule = [
            .bind(Bind(stage: "out", loop: "out.row")), .split(Split(stage: "out", loop: "out.r", factor: 8)),
            .reorder(Reorder(stage: "out", loops: ["out.r.i", "out.r.o"])),
            .bind(Bind(stage: "out", loop: "out.r.i", to: .item)),
        ]
        let state = try scheduled(SamplePrograms.softmax(4, 32), attached(loops, at: "out.r.i"))
        expectIllegal(
            crossing("sum.r", of: "sum"), state, .illegalParameter,
            at: ["sum.r of sum has 32", "out.r.i has 8 work-items"], hint: "split it by 8")
    }

    @Test func carriers() throws {
        let program = RowPrograms.shiftedLogSumExp(4, 32)
        let state = try scheduled(program, [.attach(Attach(stage: "max", to: "total", loop: "total.row"))])
        expectIllegal(
            crossing("total.r"), state, .illegalOrder, at: ["total.row", "max"], hint: "before attaching")
    }
}

import KernelIR
import Scheduling
import Testing

/// The ways in which `splitReduction` is illegal.
@Suite struct IllegalSplitReductionTests {
    @Test(arguments: ["m", "z"]) func axesThatAreNotReduced(_ axis: String) throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 64))
        expectIllegal(
            .splitReduction(SplitReduction(stage: "matmul", axis: axis, block: 8)), state, .unknownName,
            at: ["matmul", axis], hint: "reduced axes: k")
    }

    @Test func scheduledLoops() throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 64), [.bind(Bind(stage: "matmul", loop: "m"))])
        expectIllegal(
            .splitReduction(SplitReduction(stage: "matmul", axis: "k", block: 8)), state, .illegalOrder, at: ["matmul"],
            hint: "before their loops")
    }

    @Test func stagesThatCarry() throws {
        let state = try scheduled(
            MorePrograms.biased(4, 6), [.attach(Attach(stage: "double", to: "sum", loop: "sum.row"))])
        expectIllegal(
            .splitReduction(SplitReduction(stage: "sum", axis: "r", block: 2)), state, .illegalOrder,
            at: ["double", "sum"], hint: "before attaching")
    }

    @Test func outerAxesOfReductionsThatDoNotCommute() throws {
        var program = MorePrograms.recurrence(1, 6)
        guard let monoid = program.stages[0].monoid else { return }
        program.stages[0].kind = .reduce(monoid, over: [Axis("q", 3), Axis("r", 6)])
        expectIllegal(
            .splitReduction(SplitReduction(stage: "affine", axis: "q", block: 2)), try scheduled(program),
            .illegalOrder,
            at: ["affine"], hint: "last axis: r")
    }

    /// Blocks of all places but one double the partial results, however often they are cut again.
    @Test func blocksOfBlocksWithoutEnd() throws {
        var state = try scheduled(SamplePrograms.matmul(4096, 4096, 64))
        var (stage, axis) = ("matmul", "k")
        let error = #expect(throws: ScheduleError.self) {
            for block in (2...63).reversed() {
                state = try state.applying(
                    .splitReduction(SplitReduction(stage: stage, axis: axis, block: block)))
                stage += ".partial"
                axis = "\(stage).\(axis)"
            }
        }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains("elements") == true)
    }

    @Test(arguments: [1, 64, 100]) func blocksOutsideTheirRange(_ block: Int) throws {
        let state = try scheduled(SamplePrograms.matmul(8, 16, 64))
        expectIllegal(
            .splitReduction(SplitReduction(stage: "matmul", axis: "k", block: block)), state, .illegalParameter,
            at: ["\(block)", "axis k"], hint: "2 to 63")
    }
}

import KernelIR
import Scheduling
import Testing

/// The ways in which `fuseReductions` is illegal.
@Suite struct IllegalFuseReductionsTests {
    private func fuse(_ first: String, _ second: String, block: Int = 8) -> Action {
        .fuseReductions(FuseReductions(first: first, second: second, block: block))
    }

    @Test(arguments: ["max", "sum"]) func scheduledLoops(_ stage: String) throws {
        let state = try scheduled(
            SamplePrograms.softmax(4, 64), [.bind(Bind(stage: stage, loop: "\(stage).row"))])
        expectIllegal(fuse("max", "sum"), state, .illegalOrder, at: [stage], hint: "before their loops")
    }

    @Test func stagesThatCarry() throws {
        let state = try scheduled(
            MorePrograms.biased(4, 6), [.attach(Attach(stage: "double", to: "sum", loop: "sum.row"))])
        expectIllegal(fuse("sum", "sum"), state, .illegalOrder, at: ["double", "sum"], hint: "before attaching")
    }

    @Test(arguments: [("sum", "max"), ("max", "max"), ("max", "out")])
    func pairsWithoutALaw(_ first: String, _ second: String) throws {
        let state = try scheduled(SamplePrograms.softmax(4, 64))
        expectIllegal(
            fuse(first, second), state, .illegalDataFlow, at: [first, second], hint: "a maximum with a sum of")
    }

    @Test func resultsNeededBetween() throws {
        let state = try scheduled(MorePrograms.centred(4, 64))
        expectIllegal(
            fuse("mean", "var"), state, .illegalDataFlow, at: ["offset", "mean", "var"], hint: "offset")
    }

    @Test(arguments: [1, 64]) func blocksOutsideTheirRange(_ block: Int) throws {
        let state = try scheduled(SamplePrograms.softmax(4, 64))
        expectIllegal(
            fuse("max", "sum", block: block), state, .illegalParameter, at: ["\(block)", "max.r"], hint: "2 to 63")
    }
}

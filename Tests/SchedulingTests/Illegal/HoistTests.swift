import KernelIR
import Scheduling
import Testing

/// The ways in which `hoist` is illegal.
@Suite struct IllegalHoistTests {
    private func hoist(_ stage: String) -> Action { .hoist(Hoist(stage: stage)) }

    @Test func reductions() throws {
        let state = try scheduled(SamplePrograms.middleNorm(2, 4, 8))
        expectIllegal(hoist("square"), state, .illegalDataFlow, at: ["square"], hint: "name a map")
    }

    @Test func scheduledLoops() throws {
        let state = try scheduled(SamplePrograms.middleNorm(2, 4, 8), [.bind(Bind(stage: "out", loop: "out.o"))])
        expectIllegal(hoist("out"), state, .illegalOrder, at: ["out"], hint: "before their loops")
    }

    /// Elements that are read as they are cost nothing to read again, and a sum over all axes is no invariant.
    @Test func nothingAlike() throws {
        let state = try scheduled(SamplePrograms.norm(4, 8))
        expectIllegal(hoist("out"), state, .illegalDataFlow, at: ["out"], hint: "the sum of a row")
    }

    /// An axis of one step is no axis to be the same along.
    @Test func singleSteps() throws {
        let state = try scheduled(SamplePrograms.middleNorm(2, 1, 8))
        expectIllegal(hoist("out"), state, .illegalDataFlow, at: ["out"], hint: "the sum of a row")
    }
}

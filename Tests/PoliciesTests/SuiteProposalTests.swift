import KernelIR
import Operators
import Scheduling
import Testing
import Workloads

@testable import Policies

/// The macros find a legal schedule for every workload of the suite that can be lowered, whatever their parameters.
@Suite struct SuiteProposalTests {
    private static let numbers = [Int](1...40) + Array(47...88)

    /// Without a first proposal an author has nothing to say about a network.
    @Test(arguments: [9, 30, 43]) func networksHaveAFirstProposal(_ number: Int) throws {
        let program = try lower(try Suite.kernelBench.workload(level: 3, number: number, size: .tiny))
        let schedule = try ProgramCPU().schedule(program, target: .genericAVX512)
        let state = try ScheduleState(program, target: .genericAVX512).applying(schedule)
        try state.lowered().verify()
    }

    @Test(arguments: [SizePreset.tiny, .cpu], numbers)
    func everyChoiceIsLegal(_ size: SizePreset, _ number: Int) throws {
        let program = try lower(try Suite.kernelBench.workload(level: 1, number: number, size: size))
        let space = SketchSpace(program, target: .genericAVX512)
        try expectLegal(try #require(space.proposal(ProgramCPU(), rationale: "")), program)
        for (parameters, change) in space.neighbours(of: ProgramCPU(), bottleneck: nil) {
            #expect(space.proposal(parameters, rationale: change) != nil, "\(change) in \(program.name)")
        }
    }
}

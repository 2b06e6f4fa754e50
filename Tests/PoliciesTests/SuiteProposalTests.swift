import KernelIR
import Operators
import Scheduling
import Testing
import Workloads

@testable import Policies

/// The macros find a legal schedule for every workload of the suite that can be lowered, whatever their parameters.
@Suite struct SuiteProposalTests {
    private static let numbers = [Int](1...40) + Array(47...88)

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

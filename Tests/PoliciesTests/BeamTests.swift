import Evaluation
import KernelIR
import Scheduling
import Testing

@testable import Policies

/// The beam varies its members in turn.
@Suite struct BeamTests {
    @Test func everyMemberIsVaried() async throws {
        let program = PolicyPrograms.product(12, 96, 40)
        let space = SketchSpace(program, target: .genericAVX512)
        var observation = Observation.of(program)
        for turn in 0..<4 {
            let proposal = try #require(try await BeamPolicy(width: 2).propose(observation))
            observation.add(proposal, .correct(1 + Double(turn)))
        }
        let members = observation.correctSketches.prefix(2).map(\.parameters)
        var origins: Set<Int> = []
        for _ in 0..<2 {
            let proposal = try #require(try await BeamPolicy(width: 2).propose(observation))
            let changed = try #require(proposal.parameters)
            for (place, member) in members.enumerated() {
                let neighbours = space.neighbours(of: member, bottleneck: nil).map(\.parameters)
                if neighbours.contains(changed) { origins.insert(place) }
            }
            observation.add(proposal, .correct(10))
        }
        #expect(origins == [0, 1])
    }
}

import Evaluation
import KernelIR
import Policies
import Rendering
import Testing

/// What every built-in author promises.
@Suite struct ProposalTests {
    /// Times that go up and down in a fixed pattern, with a wrong turn now and then.
    private func verdict(_ turn: Int) -> Verdict {
        turn % 7 == 3 ? .wrong : .correct(1 + Double(turn * 37 % 19) / 10, [.memory, .compute, .launch][turn % 3])
    }

    private func proposals(
        _ policy: any Policy, _ program: TensorProgram, turns: Int, seed: UInt64 = 7, trajectory: Int = 0
    ) async throws -> [Proposal] {
        var observation = Observation.of(program, seed: seed, trajectory: trajectory)
        var made: [Proposal] = []
        while made.count < turns, let proposal = try await policy.propose(observation) {
            observation.add(proposal, verdict(made.count))
            made.append(proposal)
        }
        return made
    }

    @Test(arguments: builtInPolicies.indices, PolicyPrograms.all) func proposalsAreLegalAndNew(
        _ policy: Int, _ program: TensorProgram
    ) async throws {
        let made = try await proposals(builtInPolicies[policy], program, turns: 8)
        #expect(!made.isEmpty)
        for proposal in made {
            try expectLegal(proposal, program)
            #expect(!proposal.rationale.isEmpty)
        }
        #expect(Set(made.map(\.content)).count == made.count)
    }

    @Test(arguments: builtInPolicies.indices) func equalObservationsGetEqualProposals(_ policy: Int) async throws {
        for trajectory in [0, 2] {
            let first = try await proposals(
                builtInPolicies[policy], PolicyPrograms.product(7, 33, 9), turns: 5, trajectory: trajectory)
            let second = try await proposals(
                builtInPolicies[policy], PolicyPrograms.product(7, 33, 9), turns: 5, trajectory: trajectory)
            #expect(first == second)
        }
    }

    @Test func randomDependsOnSeedAndTrajectory() async throws {
        let program = PolicyPrograms.product(7, 33, 9)
        let first = try await proposals(RandomPolicy(), program, turns: 4)
        let seed = try await proposals(RandomPolicy(), program, turns: 4, seed: 8)
        let trajectory = try await proposals(RandomPolicy(), program, turns: 4, trajectory: 1)
        #expect(first != seed)
        #expect(first != trajectory)
    }

    @Test(arguments: builtInPolicies.indices) func everySearchEnds(_ policy: Int) async throws {
        let program = PolicyPrograms.rows(4, 300)
        let made = try await proposals(builtInPolicies[policy], program, turns: 500)
        #expect((2..<500).contains(made.count))
        #expect(Set(made.map(\.content)).count == made.count)
    }

    @Test(arguments: builtInPolicies.indices) func theUsersKernelComesFirst(_ policy: Int) async throws {
        var observation = Observation.of(PolicyPrograms.map(100))
        let start = Solution(
            name: "mine", workload: "hash", target: .init(language: .opencl, profile: "cpu-avx512"),
            sources: [.init(path: "kernel.cl", content: "")],
            launches: [.init(kernel: "k", grid: [1], block: [1], arguments: [.output("y")])], author: "me")
        observation.start = start
        let first = try #require(try await builtInPolicies[policy].propose(observation))
        #expect(first.content == .source(start))
        observation.add(first, .correct(1))
        let second = try #require(try await builtInPolicies[policy].propose(observation))
        #expect(second.content != .source(start))
    }
}

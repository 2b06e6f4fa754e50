import Devices
import Evaluation
import KernelIR
import SIMT
import Scheduling
import Testing

@testable import Policies

/// The built-in authors on a GPU: they begin with the macros' own choice and go on by the limit that a model names.
@Suite struct GPUAuthorTests {
    private static func observation(trajectory: Int = 0) -> Observation {
        var observation = Observation.of(PolicyPrograms.product(512, 512, 256), trajectory: trajectory)
        observation.target = .sm86
        return observation
    }

    /// A correct verdict of a model.
    private static func predicted(_ seconds: Double, _ limit: TimingLimit) -> Verdict {
        var verdict = Verdict.correct(seconds)
        let launch = LaunchPrediction(
            kernel: "product", predictedSeconds: seconds, limit: limit.rawValue,
            evidence: [.init(name: "counter", value: 3, unit: "")], occupancy: 0.5, limiter: "registers",
            registers: 64, spillBytes: 0, waves: 1, coverage: 1, source: "sass", regions: [])
        verdict.prediction = PlanPrediction(device: "sim:a6000", launches: [launch])
        return verdict
    }

    @Test func theMacrosOwnChoiceComesFirst() async throws {
        for policy in [GreedyPolicy(), BeamPolicy()] as [any Policy] {
            let first = try #require(try await policy.propose(Self.observation()))
            #expect(first.gpu == ProgramGPU())
            #expect(first.parameters == nil)
        }
    }

    @Test(arguments: [TimingLimit.dram, .single, .latency])
    func theNextChangeAddressesTheLimit(_ limit: TimingLimit) async throws {
        var observation = Self.observation()
        let first = try #require(try await GreedyPolicy().propose(observation))
        observation.add(first, Self.predicted(1, limit))
        let second = try #require(try await GreedyPolicy().propose(observation))
        let changed = try #require(second.gpu)
        let base = GPUSpace(observation).resolved(ProgramGPU())
        let lever = GPULever.all.first { $0.alternatives(base).contains { $0.parameters == changed } }
        #expect(try #require(lever).helps.contains(limit))
        #expect(second.rationale.contains("bound by \(limit.rawValue) (counter = 3)"))
    }

    @Test(arguments: 0..<3) func noProposalComesTwiceAndAllAreLegal(_ trajectory: Int) async throws {
        for policy in builtInPolicies {
            var observation = Self.observation(trajectory: trajectory)
            var seen: Set<Proposal.Content> = []
            for turn in 0..<8 {
                guard let next = try await policy.propose(observation) else { break }
                #expect(seen.insert(next.content).inserted)
                guard case .schedule(let schedule) = next.content else {
                    Issue.record("the proposal is no schedule")
                    return
                }
                try ScheduleState(observation.program, target: .sm86).applying(schedule).lowered().verify()
                observation.add(next, Self.predicted(Double(1 + turn % 3), .dram))
            }
            #expect(seen.count > 1)
        }
    }
}

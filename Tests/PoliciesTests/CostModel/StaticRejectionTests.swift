import Devices
import Evaluation
import KernelIR
import Scheduling
import Testing

@testable import Policies

/// Two products of 10 × 10 matrices: 2,000 multiplications, or 100 · (10 · 10 + 10) = 11,000 where each element of the
/// second one computes its row of the first.
@Suite struct StaticRejectionTests {
    private let program = PolicyPrograms.twoProducts(10)
    private let recomputing: Schedule =
        ["second.m", "second.n"].map { Action.bind(Bind(stage: "second", loop: $0)) }
        + [Action.attach(Attach(stage: "first", to: "second", loop: "second.n", allowRecompute: true))]

    /// The second schedule takes a second at least, the first one 2/11 of it.
    private let arithmetic = Ceilings(
        copyBytesPerSecond: 1e30, readBytesPerSecond: 1e30, flopsPerSecond: 22_000, launchSeconds: 0)
    /// Without caches the first schedule moves six matrices, which take a second; the second one four.
    private let memory = Ceilings(
        copyBytesPerSecond: 100, readBytesPerSecond: 2400, flopsPerSecond: 1e30, launchSeconds: 0)

    private func observation(_ schedule: Schedule, took seconds: Double, _ ceilings: Ceilings?) -> Observation {
        var observation = Observation.of(program)
        (observation.target.l1Bytes, observation.target.l2Bytes, observation.target.l3Bytes) = (0, 0, 0)
        observation.ceilings = ceilings
        observation.add(Proposal(.schedule(schedule), rationale: "the first"), .correct(seconds))
        return observation
    }

    private func reason(_ schedule: Schedule, _ observation: Observation) -> String? {
        let cache = LoweringCache()
        return StaticRejection(observation, turns: cache.turns(observation))
            .reason(Proposal(.schedule(schedule), rationale: ""), observation, cache: cache)
    }

    @Test func arithmeticRulesOutFromTheMarginOn() {
        let reason = reason(recomputing, observation([], took: 0.79, arithmetic))
        #expect(reason?.contains("arithmetic") == true)
        #expect(reason?.contains("1000 ms") == true && reason?.contains("790 ms") == true)
        // 0.8 of the bound is not more than the fastest took.
        #expect(self.reason(recomputing, observation([], took: 0.8, arithmetic)) == nil)
    }

    @Test func memoryRulesOutFromTheMarginOn() {
        let reason = reason([], observation(recomputing, took: 0.79, memory))
        #expect(reason?.contains("traffic with memory") == true)
        #expect(self.reason([], observation(recomputing, took: 0.8, memory)) == nil)
    }

    /// A turn that beats its bound shows that the device is faster than it was measured.
    @Test(arguments: [1e-3, 0.5, 0.79, 2]) func theFastestIsNeverRuledOut(seconds: Double) {
        #expect(reason(recomputing, observation(recomputing, took: seconds, arithmetic)) == nil)
        #expect(reason([], observation([], took: seconds, memory)) == nil)
    }

    @Test func ratesThatATurnBeatCountAsHigher() {
        // The first schedule took a tenth of its bound, so the other's bound is a tenth of a second.
        let seconds = 2.0 / 11 / 10
        #expect(reason(recomputing, observation([], took: seconds, arithmetic))?.contains("100 ms") == true)
    }

    @Test func nothingIsProvedWithoutATimeOrRatesOrOnAGPU() {
        #expect(reason(recomputing, observation([], took: 0.1, nil)) == nil)
        var failed = observation([], took: 0.1, arithmetic)
        failed.history[0].verdict = .wrong
        #expect(reason(recomputing, failed) == nil)
        var gpu = observation([], took: 0.1, arithmetic)
        gpu.target.prefersExplicitLanes = false
        #expect(reason(recomputing, gpu) == nil)
    }

    @Test func whatIsPassedOverIsNamedOnce() throws {
        var observation = observation([], took: 0.79, arithmetic)
        let other: Schedule = [.bind(Bind(stage: "first", loop: "first.m"))]
        var parameters = ProgramCPU()
        parameters.factors = false
        let choice = CandidateRanking(observation, cache: LoweringCache()).best(
            2,
            of: [
                Proposal(.schedule(recomputing), rationale: "all at once", parameters: parameters),
                Proposal(.schedule(other), rationale: "on all cores", parameters: ProgramCPU()),
            ])
        #expect(choice.proposals.map(\.content) == [.schedule(other)])
        let passed = try #require(choice.passed.first)
        #expect(choice.passed.count == 1)
        #expect(passed.parameters == parameters && passed.rationale == "all at once")
        #expect(passed.reason.contains("arithmetic"))
        #expect(observation.unmentioned(choice.passed + choice.passed) == [passed])
        var next = choice.proposals[0]
        next.passedOver = [passed]
        observation.add(next, .correct(1))
        #expect(observation.unmentioned(choice.passed) == nil)
    }

    /// A sixteenth of the lanes is sixteen times the operations, whatever the device can do.
    @Test func farMoreOperationsThanTheLeanestTurnAreHopeless() throws {
        let program = PolicyPrograms.map(4096)
        var observation = Observation.of(program)
        let vectors = try ProgramCPU().schedule(program, target: .genericAVX512)
        observation.add(Proposal(.schedule(vectors), rationale: "vectors"), .correct(1))
        #expect(reason([], observation)?.contains("times the operations of the leanest turn") == true)
        #expect(reason(vectors, observation) == nil)
    }
}

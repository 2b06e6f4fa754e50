import Evaluation
import Policies
import Testing

@testable import Refinement

/// When a trajectory counts as converged.
@Suite struct ConvergenceTests {
    private static let convergence = Convergence(patience: 2, gain: 0.01)

    /// A correct turn of so many seconds, beside a baseline where one is given.
    private static func turn(_ seconds: Double, baseline: Double? = nil) -> Turn {
        let timing = Timing(
            samples: [seconds, seconds], callsPerBatch: 1, baseline: baseline == nil ? nil : "b",
            baselineSamples: baseline.map { [$0, $0] } ?? [], seed: 1)
        let verdict = Verdict(
            status: .correct, timing: timing,
            provenance: Provenance(device: "test:0", driver: "none", hostCPU: "none", sandboxed: true))
        return Turn(trajectory: 0, index: 0, proposal: Proposal(.schedule([]), rationale: ""), verdict: verdict)
    }

    @Test func turnsWithoutAGainEndIt() {
        #expect(Self.convergence.isReached(by: [3, 2, 2.5, 2.2].map { Self.turn($0) }))
        #expect(!Self.convergence.isReached(by: [3, 2, 2.5, 1.9].map { Self.turn($0) }))
        #expect(!Self.convergence.isReached(by: [3, 2].map { Self.turn($0) }))
    }

    @Test func aMachineThatSlowsDownHidesNoGain() {
        // The same ratio of times, on a machine that became half as fast: 2 of 6, then 3 of 12.
        let turns = [Self.turn(2, baseline: 6), Self.turn(5, baseline: 12), Self.turn(3, baseline: 12)]
        #expect(!Self.convergence.isReached(by: turns))
        #expect(Self.convergence.isReached(by: turns.map { Self.turn($0.verdict.medianSeconds ?? 0) }))
    }

    @Test func nothingCorrectNeverConverges() {
        let wrong = Verdict(
            status: .wrongValues,
            provenance: Provenance(device: "test:0", driver: "none", hostCPU: "none", sandboxed: true))
        let turn = Turn(trajectory: 0, index: 0, proposal: Proposal(.schedule([]), rationale: ""), verdict: wrong)
        #expect(!Self.convergence.isReached(by: [turn, turn, turn, turn]))
    }
}

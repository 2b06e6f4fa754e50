import Foundation
import Testing

@testable import Evaluation

/// How many judgements of equal against equal are asked for, e.g. 200 while another process keeps one core busy.
enum SelfComparisonRuns {
    /// As the environment says; 0 where nobody asks.
    static var count: Int {
        ProcessInfo.processInfo.environment["KERNELWRIGHT_SELF_COMPARISONS"].flatMap { Int($0) } ?? 0
    }
}

@Suite("Equal against equal", .serialized) struct SelfComparisonTests {
    @Test("a solution that takes as long as itself is no difference, and one that fails is told")
    func fakes() async throws {
        let sessions = JudgingSessionTests()
        let wrong = Behaviour { _, _ in .success(.milliseconds(1)) }
        let setting = sessions.setting(["it": .relu(milliseconds: 2), "wrong": wrong])
        let same = try await SelfComparison.run(sessions.solution("it"), setting: setting, runs: 3, certifies: true)
        #expect(same.ratios.count == 3 && same.faults.isEmpty)
        #expect(same.ratios.allSatisfy { $0?.ratio == 1 } && same.rate == 0)
        let failed = try await SelfComparison.run(
            sessions.solution("wrong"), setting: setting, runs: 1, certifies: false)
        #expect(failed.ratios == [nil] && failed.faults.count == 1)
    }

    @Test(
        "a kernel against itself is called different in at most one of twenty judgements, and never a cheat",
        .enabled(
            if: SelfComparisonRuns.count > 0 && OpenCLHost.isAvailable, "KERNELWRIGHT_SELF_COMPARISONS asks for it"))
    func kernels() async throws {
        let kernels = OpenCLJudgingTests()
        let comparison = try await SelfComparison.run(
            kernels.solution("y[i] = fmax(x[i], 0.0f);"), setting: try kernels.setting(),
            runs: SelfComparisonRuns.count, certifies: true)
        print("\(comparison.differences) of \(comparison.ratios.count) different; faults: \(comparison.faults)")
        #expect(comparison.rate <= 0.05)
        #expect(comparison.faults.isEmpty)
    }
}

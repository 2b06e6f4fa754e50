import Evaluation
import Foundation
import KernelIR
import Reference
import Testing
import Workloads

@testable import Studies

@Suite struct SummaryTests {
    private func outcome(
        _ number: Int, _ truth: Truth?, _ status: Verdict.Status, _ faultClass: FaultClass = .value,
        outside: [InputDistribution] = []
    ) -> StudyOutcome {
        StudyOutcome(
            id: SubjectID(
                workload: "w", base: truth == nil ? nil : 0, kind: truth == nil ? "macros" : "droppedTerm",
                number: number),
            faultClass: truth == nil ? nil : faultClass, place: "here", truth: truth, outside: outside, status: status,
            rejectedByKernelBench: false, rejectedByFirstKernelBench: false, seconds: 1)
    }

    private let settings = StudySettings(mutants: 4, correct: 2, size: .tiny, seed: 1)

    @Test func countsFaultsSurvivorsAndFalseRejects() {
        let summary = StudySummary(
            settings,
            [
                outcome(0, .faulty, .wrongValues), outcome(1, .faulty, .correct, outside: [.drifting]),
                outcome(2, .equivalent, .correct), outcome(3, .died, .crashed), outcome(4, .withinRounding, .correct),
                outcome(5, .faulty, .precisionDowngrade, .precision), outcome(0, nil, .correct),
                outcome(1, nil, .wrongValues),
            ])
        #expect(summary.mutants == 6 && summary.correct == 2)
        #expect(summary.classes.map(\.judge) == [Rate(1, of: 2), Rate(1, of: 1)])
        #expect(summary.classes[0].kernelBench == Rate(0, of: 2))
        #expect(summary.survivors.map(\.id.number) == [1] && summary.survivors[0].reason.contains("drifting"))
        #expect(summary.falseRejects == Rate(1, of: 2) && summary.falselyRejected.count == 1)
        #expect(summary.truths["value"] == ["faulty": 2, "equivalent": 1, "died": 1, "withinRounding": 1])
        #expect(summary.markdown.contains("| value | 1/2 = 50.0 %"))
    }

    /// Values from the formula in Brown, Cai and DasGupta, "Interval estimation for a binomial proportion", 2001.
    @Test func wilsonIntervals() {
        let rate = Rate(8, of: 10)
        #expect(abs(rate.low - 0.4901625) < 1e-6 && abs(rate.high - 0.9433178) < 1e-6)
        #expect(Rate(0, of: 10).low == 0 && abs(Rate(0, of: 10).high - 0.2775328) < 1e-6)
        #expect(Rate(0, of: 0).share == nil)
    }

    @Test func choosesThePairThatShowsMost() {
        let faults: [[InputDistribution]] = [[.normal], [.largeMagnitude], [.largeMagnitude, .drifting], [.uniform]]
        let outcomes = faults.enumerated().map { outcome($0.offset, .faulty, .correct, outside: $0.element) }
        let choice = DistributionChoice(workload: "w", present: [.normal, .uniform], outcomes)
        #expect(choice.presentKills == 2 && choice.bestKills == 3 && choice.isImprovement)
        #expect(choice.best.contains(.largeMagnitude))
        let same = DistributionChoice(workload: "w", present: [.normal, .uniform], [outcomes[0], outcomes[3]])
        #expect(!same.isImprovement && same.best == [.normal, .uniform])
    }

    @Test func kernelBenchRuleIsAllclose() {
        func tensor(_ values: [Float]) -> Tensor<Float> { Tensor(shape: [values.count], values: values) }
        let rule = KernelBenchRule.present
        #expect(rule.accepts([tensor([1.00015, 0.00005])], expected: [tensor([1, 0])]))
        #expect(!rule.accepts([tensor([1.0003])], expected: [tensor([1])]))
        #expect(KernelBenchRule.first.accepts([tensor([1.0003])], expected: [tensor([1])]))
        #expect(rule.accepts([tensor([.infinity])], expected: [tensor([.infinity])]))
        #expect(!rule.accepts([tensor([.nan])], expected: [tensor([.nan])]))
        #expect(!rule.accepts([tensor([1])], expected: [tensor([.infinity])]))
    }

    @Test func recordsResumeAndRefuseOtherSettings() async throws {
        let path = NSTemporaryDirectory() + "study-\(UUID().uuidString).jsonl"
        defer { try? FileManager.default.removeItem(atPath: path) }
        do {
            let file = try StudyFile(path: path, settings)
            try await file.append(outcome(0, .faulty, .wrongValues))
        }
        do {
            let again = try StudyFile(path: path, settings)
            #expect(await again.outcomes == [outcome(0, .faulty, .wrongValues)])
        }
        var other = settings
        other.seed = 2
        #expect(throws: KernelwrightError.self) { try StudyFile(path: path, other) }
    }
}

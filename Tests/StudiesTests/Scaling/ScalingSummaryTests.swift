import Evaluation
import Policies
import Refinement
import Rendering
import Testing

@testable import Studies

@Suite struct ScalingSummaryTests {
    private static let wide = SearchShape(trajectories: 4, turns: 1)
    private static let long = SearchShape(trajectories: 1, turns: 4)

    private func settings(_ workloads: [String], author: String? = nil) -> ScalingSettings {
        ScalingSettings(
            workloads: workloads, size: "tiny", device: "test:0", baseline: "onnxruntime",
            policy: author == nil ? "greedy" : "chat", author: author, candidates: 4, splits: [Self.wide, Self.long],
            seed: 1)
    }

    private func outcome(
        _ workload: String, _ split: SearchShape, _ ratios: [Double?], certified: Double? = nil, reason: String? = nil
    ) -> ScalingOutcome {
        ScalingOutcome(
            workload: workload, split: split, ratios: ratios,
            certified: certified.map { RatioInterval(ratio: $0, low: $0, high: $0) }, seconds: 1, reason: reason)
    }

    @Test func meansAreOfWhatAUserWouldHave() {
        let summary = ScalingSummary(
            [
                outcome("a", Self.wide, [nil, 2, 1, 4], certified: 4),
                outcome("a", Self.long, [0.5, 1, nil, 2], certified: 1),
                // Slower than the baseline, and nothing correct: both count 1.
                outcome("b", Self.wide, [0.25, 0.5, nil, nil], certified: 0.5),
                outcome("b", Self.long, [nil, nil, nil, nil]),
            ], settings(["a", "b"]))
        #expect(summary.compared == ["a", "b"])
        #expect(summary.rows.map(\.split) == ["4x1", "1x4"])
        #expect(summary.rows.map(\.correct) == [2, 1])
        #expect(summary.rows.map(\.faster) == [1, 1])
        #expect(abs(summary.rows[0].judged.ratio - 2) < 1e-12)
        #expect(abs(summary.rows[1].judged.ratio - 2.0.squareRoot()) < 1e-12)
        #expect(abs(summary.rows[0].certified.ratio - 2) < 1e-12)
        #expect(summary.rows[1].certified.ratio == 1)
        #expect(summary.rows[0].overFirst == RatioInterval(ratio: 1, low: 1, high: 1))
        #expect(abs(summary.rows[1].overFirst.ratio - 0.5) < 1e-12)
        // After 1, 2, 3 and 4 candidates.
        for (found, expected) in zip(summary.rows[0].curve, [1, 2.0.squareRoot(), 2.0.squareRoot(), 2]) {
            #expect(abs(found - expected) < 1e-12)
        }
        #expect(summary.rows[0].curve.count == 4)
    }

    @Test func onlyWorkloadsThatEverySplitHasFinishedAreCompared() {
        let outcomes = [
            outcome("a", Self.wide, [8], certified: 8), outcome("b", Self.wide, [2], certified: 2),
            outcome("b", Self.long, [3], certified: 3), outcome("c", Self.wide, [], reason: "no operator"),
            outcome("c", Self.long, [], reason: "no operator"),
        ]
        let summary = ScalingSummary(outcomes, settings(["a", "b", "c"]))
        #expect(summary.compared == ["b"])
        #expect(abs(summary.rows[0].judged.ratio - 2) < 1e-12)
        #expect(summary.reasons.map(\.workload) == ["c"])
        #expect(summary.markdown.contains("- c: no operator"))
        let nothing = ScalingSummary([], settings(["a"]))
        #expect(nothing.rows.isEmpty)
        #expect(nothing.markdown.contains("No workload has been finished"))
    }

    @Test func saysWhatItCannotSay() {
        #expect(ScalingSummary([], settings([])).markdown.contains("say nothing about language models"))
        let chat = ScalingSummary([], settings([], author: "m at http://127.0.0.1:1/v1")).markdown
        #expect(!chat.contains("nothing about language models"))
        #expect(chat.contains("of m at http://127.0.0.1:1/v1, and of no other model"))
    }

    @Test func aRunBecomesAnOutcome() {
        let provenance = Provenance(device: "test:0", driver: "none", hostCPU: "none", sandboxed: true)
        func verdict(_ seconds: Double?) -> Verdict {
            let timing = seconds.map {
                Timing(
                    samples: [$0, $0], callsPerBatch: 1, baseline: "onnxruntime", baselineSamples: [1, 1], seed: 1)
            }
            return Verdict(status: timing == nil ? .wrongValues : .correct, timing: timing, provenance: provenance)
        }
        let seconds: [Double?] = [2, nil, 0.5]
        let turns = seconds.enumerated().map { index, seconds in
            let consultation = Consultation(
                model: "m", prompt: [], answer: "", requests: 1, tokens: TokenUse(prompt: 10, completion: 5))
            let proposal = Proposal(.schedule([]), rationale: "", consultation: index == 0 ? nil : consultation)
            return RecordedTurn(
                turn: Turn(trajectory: index, index: 0, proposal: proposal, verdict: verdict(seconds)), solution: nil,
                elapsedSeconds: 1)
        }
        let header = RecordHeader(
            settings: RunSettings(
                workload: "a", workloadHash: "", device: "test:0", policy: "chat", turns: 1, trajectories: 3,
                budgetSeconds: 1))
        let end = RecordEnd(
            reason: .turns, certificates: [Certificate(trajectory: 2, index: 0, verdict: verdict(0.25))],
            inputSeed: nil)
        let outcome = ScalingOutcome(
            workload: "a", split: Self.wide, record: RecordContents(header: header, turns: turns, end: end), seconds: 3)
        #expect(outcome.ratios == [0.5, nil, 2])
        #expect(outcome.best == 2)
        #expect(outcome.best(after: 1) == 0.5)
        #expect(outcome.certified?.ratio == 4)
        #expect(outcome.tokens == TokenUse(prompt: 20, completion: 10))
    }
}

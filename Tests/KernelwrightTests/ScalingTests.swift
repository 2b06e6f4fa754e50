import ArgumentParser
import Evaluation
import Foundation
import Refinement
import Studies
import Testing

@testable import kernelwright

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct ShapeListTests {
    @Test func readsSplits() throws {
        #expect(
            try ShapeList(argument: "64x1,16x4/4").shapes == [
                SearchShape(trajectories: 64, turns: 1), SearchShape(trajectories: 16, turns: 4, beam: 4),
            ])
        #expect(ShapeList(candidates: 64)?.shapes.map(\.description) == ["64x1", "16x4", "8x8"])
        #expect(ShapeList(candidates: 12) == nil)
        #expect(ShapeList(candidates: 0) == nil)
    }

    @Test(arguments: ["", "64", "0x4", "4x4,", "4x4,4x4", "4x4/9", "x"])
    func refusesEverythingElse(text: String) {
        #expect(throws: ValidationError.self) { try ShapeList(argument: text) }
    }
}

@Suite struct ScalingOutputTests {
    private static let wide = SearchShape(trajectories: 8, turns: 1)
    private static let settings = ScalingSettings(
        workloads: ["a < b"], size: "tiny", device: "test:0", baseline: "onnxruntime", policy: "greedy", candidates: 8,
        splits: [wide], seed: 1)
    private static let outcome = ScalingOutcome(
        workload: "a < b", split: wide, ratios: [nil, 0.5, 3, 2, nil, 4, 1, 1],
        certified: RatioInterval(ratio: 4, low: 3.9, high: 4.1), seconds: 30)

    @Test func theChartIsWellFormed() {
        for outcomes in [[], [Self.outcome]] {
            let svg = ScalingChart(summary: ScalingSummary(outcomes, Self.settings)).svg
            #expect(XMLParser(data: Data(svg.utf8)).parse())
            #expect(svg.components(separatedBy: "<polyline").count - 1 == outcomes.count)
            #expect(!svg.contains("nan") && !svg.contains("inf"))
        }
    }

    @Test func theProgressTellsTheTimeLeft() {
        let progress = ScalingProgress(total: 4, done: [Self.outcome])
        #expect(progress.secondsLeft == 90)
        #expect(progress.lastLine == "1/4  a < b  8x1  certified 4.00× [3.90, 4.10]  (2 min left)")
        #expect(ScalingProgress(total: 4, done: []).bar.hasSuffix("0/4  ? left"))
    }
}

import ArgumentParser
import Evaluation
import Foundation
import KernelIR
import Refinement
import Testing
import Workloads

@testable import kernelwright

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct NumberListTests {
    @Test(arguments: [("7", [7]), ("1,5,20-22", [1, 5, 20, 21, 22]), ("3,1-3,3", [1, 2, 3])])
    func readsNumbersAndRanges(text: String, numbers: [Int]) throws {
        #expect(try NumberList(argument: text).numbers == numbers)
    }

    @Test(arguments: ["", "0", "a", "1,", "5-3", "1-", "-1", "1-2-3", "1 ,2", "99999999999999999999", "1-9999999"])
    func refusesEverythingElse(text: String) {
        #expect(throws: ValidationError.self) { try NumberList(argument: text) }
    }
}

@Suite struct BaselineListTests {
    @Test func readsNamesInOrder() throws {
        let list = try BaselineList(argument: "pytorch-compile,onnxruntime")
        #expect(list.runtimes == [.pytorchCompile, .onnxruntime])
        #expect(list.description == "pytorch-compile,onnxruntime")
        #expect(try BaselineList(argument: "none").runtimes == [])
    }

    @Test(arguments: ["", "onnx", "none,onnxruntime", "onnxruntime,onnxruntime", "onnxruntime,"])
    func refusesEverythingElse(text: String) {
        #expect(throws: ValidationError.self) { try BaselineList(argument: text) }
    }
}

@Suite struct BenchSelectionTests {
    @Test func keepsTheSuitesOrderAndLeavesOutWhatIsNotAdmitted() throws {
        let selection = try BenchSelection("kernelbench/2", only: [80, 1, 3], size: .tiny)
        #expect(selection.entries.map(\.id) == ["kernelbench/2/1", "kernelbench/2/3"])
        #expect(selection.excluded.map(\.workload) == ["kernelbench/2/80"])
        #expect(try BenchSelection("kernelbench", only: [7], size: .tiny).entries.map(\.level) == [1, 2, 3])
    }

    @Test(arguments: [
        ("kernelbench/4", "levels are 1 to 3"), ("kernelbench/x", "levels are 1 to 3"),
        ("kernelbench/1/2", "SUITE/LEVEL"), ("other/1", "kernelbench"), ("", "kernelbench"),
    ])
    func anUnknownSuiteOrLevelIsBadInput(target: String, hint: String) {
        let error = #expect(throws: KernelwrightError.self) {
            try BenchSelection(target, only: nil, size: .tiny)
        }
        #expect(error?.code == .badInput)
        #expect(error?.hint?.contains(hint) == true)
    }

    @Test func anUnknownNumberIsBadInput() {
        let error = #expect(throws: KernelwrightError.self) {
            try BenchSelection("kernelbench/1", only: [1, 101], size: .tiny)
        }
        #expect(error?.message == "kernelbench/1 has no workload 101")
    }
}

@Suite struct BenchProgressTests {
    @Test func saysHowFarItIsAndHowLongItWillTake() {
        var progress = BenchProgress(total: 10, mainBaseline: "a", rows: [])
        #expect(progress.secondsLeft == nil)
        #expect(progress.bar("now") == "[----------------] 0/10  0 won 0 tied 0 lost  ? left  now")
        progress.finish(.sample(1, ratio: 2, seconds: 30))
        progress.finish(BenchRow(workload: "s/1/2", name: "n", status: .unsupported, reason: "why", elapsedSeconds: 0))
        #expect(progress.secondsLeft == 120)
        #expect(progress.bar("now") == "[###-------------] 2/10  1 won 0 tied 0 lost  2 min left  now")
        #expect(progress.lastLine == "2/10  s/1/2  unsupported  why  (2 min left)")
    }
}

@Suite struct BenchOutputTests {
    private static func bench(_ rows: [BenchRow], baselines: [String] = ["a", "b<c"]) -> BenchSummary {
        let settings = BenchSettings(
            suite: "suite/1", size: "tiny", device: "test:0", machine: "test & more", baselines: baselines,
            budgetSeconds: 1, policy: "greedy", turns: 3)
        let provenance = Provenance(
            device: "test:0", driver: "none", hostCPU: "a < b", versions: ["x": "1"], commit: "abc", sandboxed: true)
        return BenchSummary(
            header: BenchHeader(settings: settings, deviceKind: "cpu", provenance: provenance), rows: rows,
            notAdmitted: [.init(workload: "s/1/9", name: "9", reason: "every output is zero")], unfinished: 0)
    }

    private static let rows = [BenchRow.sample(1, ratio: 2, seconds: 1), .sample(2, ratio: 0.5, seconds: 1)]

    @Test(arguments: [Self.rows, [], [.sample(1, ratio: 100, seconds: 1)]])
    func theChartIsWellFormedWithTwoLinesForEachBaseline(rows: [BenchRow]) {
        let svg = FastChart(bench: Self.bench(rows)).svg
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(svg.components(separatedBy: "<polyline").count - 1 == 4)
        #expect(svg.contains("measured on CPU") && svg.contains("b&lt;c, certified"))
        #expect(!svg.contains("nan") && !svg.contains("inf"))
    }

    @Test func theChartWithoutABaselineHasNoLine() {
        let svg = FastChart(bench: Self.bench(Self.rows, baselines: [])).svg
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(!svg.contains("<polyline"))
    }

    @Test func theReportHoldsBothTablesEveryWorkloadAndTheProvenance() {
        let text = BenchReport(bench: Self.bench(Self.rows)).markdown
        for part in [
            "measured on CPU", "| a | 1 | 0 | 1 | 0 | 2 | 0.500 |", "| a | fast_p | 1.000 | 0.500 |",
            "| b<c | fast_p | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 | 0.000 | none | none |",
            "| suite/1/2 |", "## Not admitted", "every output is zero", "| commit | abc |",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test func withoutABaselineTheReportSaysWhatIsCorrect() {
        let report = BenchReport(bench: Self.bench(Self.rows, baselines: []))
        #expect(report.text.contains("2 of 2 workloads correct"))
        #expect(!report.markdown.contains("fast_p"))
    }
}

extension BenchRow {
    fileprivate static func sample(_ number: Int, ratio: Double, seconds: Double) -> BenchRow {
        let speedup = RatioInterval(ratio: ratio, low: 0.9 * ratio, high: 1.1 * ratio)
        return BenchRow(
            workload: "suite/1/\(number)", name: "\(number)_Sample", status: .judged(.correct), seconds: 1e-3,
            comparisons: [.init(baseline: "a", version: "1", seconds: ratio, speedup: speedup)],
            elapsedSeconds: seconds)
    }
}

import Devices
import Rendering
import Testing

@testable import kernelwright

/// What a prediction says of each line.
@Suite struct LineTableTests {
    private func launch(_ regions: [LaunchPrediction.Region]) -> LaunchPrediction {
        LaunchPrediction(
            kernel: "k", predictedSeconds: 1e-6, limit: "sharedMemory",
            evidence: [.init(name: "sharedWavefronts", value: 1, unit: "wavefronts")], occupancy: 0.5,
            limiter: "registers", registers: 64, spillBytes: nil, waves: 1, coverage: 1, source: "sass",
            regions: regions)
    }

    private let regions: [LaunchPrediction.Region] = [
        .init(
            name: "k.cu:2", share: 0.75,
            counters: [
                .init(name: "instructions", value: 128, unit: ""),
                .init(name: "sharedConflictWavefronts", value: 31, unit: ""),
            ]),
        .init(name: "elsewhere", share: 0.25, counters: [.init(name: "instructions", value: 4, unit: "")]),
    ]

    @Test func eachLineStandsBesideItsSource() throws {
        let sources = [Solution.Source(path: "k.cu", content: "first\n    second   line;\nthird")]
        let text = try #require(LineTable(launch: launch(regions), sources: sources).text)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 3)
        let headings = lines[0].split(separator: " ").map { String($0) }
        #expect(headings == ["line", "share", "instructions", "conflicts", "source"])
        #expect(lines[1].hasPrefix("k.cu:2") && lines[1].contains("75 %") && lines[1].contains("31"))
        #expect(lines[1].hasSuffix("second line;"))
        #expect(lines[2].hasPrefix("elsewhere") && lines[2].hasSuffix("4"))
    }

    @Test func sourcesMayBeMissing() throws {
        let bare = try #require(LineTable(launch: launch(regions), sources: []).text)
        #expect(!bare.contains("source") && bare.contains("k.cu:2"))
        // A line that the source does not have.
        let short = LineTable(launch: launch(regions), sources: [.init(path: "k.cu", content: "first")])
        #expect(short.text == bare)
    }

    @Test func olderRecordsHaveNoTable() {
        let older = launch([.init(name: "k.cu:2", share: 1)])
        #expect(LineTable(launch: older, sources: []).text == nil)
        let plan = PlanPrediction(device: "sim:a6000", launches: [older])
        let lines = PredictionText(prediction: plan, timing: nil, coverage: 1).lines
        #expect(lines.contains("    at k.cu:2 100 %") && !lines.contains { $0.hasPrefix("lines") })
        let newer = PlanPrediction(device: "sim:a6000", launches: [launch(regions)])
        #expect(PredictionText(prediction: newer, timing: nil, coverage: 1).lines.contains { $0.hasPrefix("lines") })
    }
}

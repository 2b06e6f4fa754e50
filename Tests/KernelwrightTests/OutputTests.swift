import Devices
import Evaluation
import Foundation
import KernelIR
import Policies
import Rendering
import Scheduling
import Testing

@testable import kernelwright

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct UnitsTests {
    @Test func writesThreeDigits() {
        #expect(Units.seconds(0.001234) == "1.23 ms")
        #expect(Units.seconds(12.34) == "12.3 s")
        #expect(Units.seconds(0) == "0 ns")
        #expect(Units.bytes(3 * 1024 * 1024) == "3.00 MiB")
        #expect(Units.operations(2.5e9) == "2.50 GFLOP")
        #expect(Units.interval(RatioInterval(ratio: 1.423, low: 1.38, high: 1.47)) == "1.42× [1.38, 1.47]")
    }
}

@Suite struct TextTableTests {
    private let table = TextTable(header: ["id", "n"], rows: [["a|b", "1"], ["c", "200"]], numeric: [1])

    @Test func alignsColumns() {
        #expect(table.text == "id     n\na|b    1\nc    200")
    }

    @Test func writesMarkdown() {
        #expect(table.markdown == "| id | n |\n| --- | --: |\n| a\\|b | 1 |\n| c | 200 |")
    }
}

@Suite struct TurnLineTests {
    @Test func aFailureShowsItsFirstLine() {
        let verdict = Verdict(status: .compileError, message: "k.cl:3: error\nmore", provenance: .test)
        let turn = Turn(trajectory: 1, index: 2, proposal: Proposal(.schedule([]), rationale: "try"), verdict: verdict)
        #expect(TurnLine(turn: turn, namesTrajectory: true).text == "1.2   compileError  k.cl:3: error  (try)")
    }
}

@Suite struct RooflineChartTests {
    private func chart(operations: Double, seconds: [Double?]) -> RooflineChart {
        let turns = seconds.enumerated().map { index, seconds in
            let timing = seconds.map { Timing(samples: [$0], callsPerBatch: 1, seed: 1) }
            let verdict = Verdict(status: seconds == nil ? .wrongValues : .correct, timing: timing, provenance: .test)
            return Turn(
                trajectory: 0, index: index, proposal: Proposal(.schedule([]), rationale: "a < b & \"c\""),
                verdict: verdict)
        }
        return RooflineChart(
            title: "x < y",
            ceilings: Ceilings(
                copyBytesPerSecond: 1e10, readBytesPerSecond: 2e10, flopsPerSecond: 3e11, launchSeconds: 1e-5),
            bytes: 1e6, operations: operations, turns: turns, winner: turns.last { $0.verdict.isCorrect },
            baseline: ("onnxruntime", 1e-3))
    }

    @Test(arguments: [1e3, 1e6, 1e10])
    func isWellFormedWithOneMarkForEachTurn(operations: Double) {
        let svg = chart(operations: operations, seconds: [1e-3, nil, 5e-4, 2e-4]).svg
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(svg.components(separatedBy: "<circle").count - 1 == 4)  // three turns and the winner's ring
        #expect(svg.components(separatedBy: "<path").count - 1 == 1)
        #expect(!svg.contains("nan") && !svg.contains("inf"))
    }

    @Test func drawsARunWithoutTurns() {
        let svg = chart(operations: 1e6, seconds: []).svg
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(!svg.contains("nan"))
    }
}

@Suite struct NativeImagesTests {
    /// The smallest 64-bit header with a section table of one entry behind `body` bytes.
    private func image(body: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64 + body + 64)
        bytes.replaceSubrange(0..<5, with: [0x7F, 0x45, 0x4C, 0x46, 2])
        bytes[40] = UInt8(64 + body)
        bytes[58] = 64
        bytes[60] = 1
        return bytes
    }

    @Test func findsImagesBetweenOtherBytes() {
        let binary = [1, 2, 3] + image(body: 16) + [0x7F, 9] + image(body: 8) + [4]
        #expect(NativeImages(in: binary).images.map(\.count) == [64 + 16 + 64, 64 + 8 + 64])
    }

    @Test func ignoresATruncatedImage() {
        #expect(NativeImages(in: Array(image(body: 16).dropLast())).images.isEmpty)
        #expect(NativeImages(in: [0x7F, 0x45, 0x4C, 0x46, 2]).images.isEmpty)
    }
}

extension Provenance {
    fileprivate static let test = Provenance(device: "test:0", driver: "none", hostCPU: "none", sandboxed: true)
}

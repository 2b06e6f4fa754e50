import Evaluation
import Foundation
import KernelIR
import Refinement
import Testing

@Suite struct BenchFileTests {
    private static let settings = BenchSettings(
        suite: "suite/1", size: "tiny", device: "test:0", machine: "test", baselines: ["a", "b"], budgetSeconds: 1,
        policy: "counting", turns: 3)
    private static let header = BenchHeader(settings: settings, deviceKind: "cpu", provenance: .test)

    private func withFile(_ body: (URL) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        try body(file)
    }

    /// Three rows on disk.
    private func write(to file: URL) throws {
        let bench = try BenchFile(path: file.path, header: Self.header)
        for number in 1...3 { try bench.append(.sample(number, ratio: Double(number))) }
    }

    @Test func aFileTornAtAnyByteKeepsItsWholeLines() throws {
        try withFile { file in
            try write(to: file)
            let whole = try Data(contentsOf: file)
            for length in 0...whole.count {
                try whole.prefix(length).write(to: file)
                let lines = whole.prefix(length).count { $0 == UInt8(ascii: "\n") }
                let bench = try BenchFile(path: file.path, header: Self.header)
                #expect(bench.rows.map(\.workload) == (1...3).prefix(max(lines - 1, 0)).map { "suite/1/\($0)" })
                try bench.append(.sample(9, ratio: 1))
                let again = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
                #expect(again.count == max(lines, 1) + 1)
            }
        }
    }

    @Test func otherOptionsAreRefusedByNameAndTheFileStays() throws {
        try withFile { file in
            try write(to: file)
            let before = try Data(contentsOf: file)
            var other = Self.header
            other.settings.budgetSeconds = 2
            other.settings.baselines = ["a"]
            let error = #expect(throws: KernelwrightError.self) { try BenchFile(path: file.path, header: other) }
            #expect(error?.code == .badInput)
            #expect(error?.message.contains("its budgetSeconds is 1.0, asked for 2.0") == true)
            #expect(error?.message.contains("baselines is [\"a\", \"b\"], asked for [\"a\"]") == true)
            #expect(try Data(contentsOf: file) == before)
        }
    }

    @Test func versionsOfTheProjectMayChange() throws {
        try withFile { file in
            try write(to: file)
            var later = Self.header
            later.provenance.commit = "later"
            #expect(try BenchFile(path: file.path, header: later).rows.count == 3)
        }
    }

    @Test func aDamagedLineIsNamed() throws {
        try withFile { file in
            try write(to: file)
            var lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
            lines[2] = "{\"workload\""
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
            let error = #expect(throws: KernelwrightError.self) { try BenchFile(path: file.path, header: Self.header) }
            #expect(error?.message.contains(":3: the line is damaged") == true)
        }
    }

    @Test func twoProcessesNeverShareARecord() throws {
        try withFile { file in
            let first = try BenchFile(path: file.path, header: Self.header)
            let error = #expect(throws: KernelwrightError.self) { try BenchFile(path: file.path, header: Self.header) }
            #expect(error?.message.contains("in use") == true)
            #expect(first.rows.isEmpty)
        }
    }
}

extension BenchRow {
    /// A correct workload with its ratio to the baseline `a`, known to 10 %.
    static func sample(_ number: Int, ratio: Double) -> BenchRow {
        let speedup = RatioInterval(ratio: ratio, low: 0.9 * ratio, high: 1.1 * ratio)
        return BenchRow(
            workload: "suite/1/\(number)", name: "\(number)_Sample", status: .judged(.correct), seconds: 1,
            comparisons: [.init(baseline: "a", version: "1", seconds: ratio, speedup: speedup)], elapsedSeconds: 2)
    }
}

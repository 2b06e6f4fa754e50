import Foundation
import KernelIR
import Testing
import Workloads

@testable import Evaluation

@Suite("Admission record") struct AdmissionFileTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("admission-\(UUID()).jsonl").path
    private let settings = AdmissionSettings(
        size: .tiny, distributions: [.uniform, .normal], baselines: ["onnxruntime"], seed: 4)

    @Test("Reports read back, also after the last line was cut off")
    func resumption() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let reports = [
            try await SmallWorkloads.examine(SmallWorkloads.relu),
            try await SmallWorkloads.examine(SmallWorkloads.nothing),
        ]
        let file = try AdmissionFile(path: path, settings)
        #expect(file.finished.isEmpty)
        for report in reports { try file.append(report) }
        #expect(try AdmissionFile(path: path, settings).finished == reports)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try String(text.dropLast(100)).write(toFile: path, atomically: true, encoding: .utf8)
        let cut = try AdmissionFile(path: path, settings)
        #expect(cut.finished == [reports[0]])
        try cut.append(reports[1])
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test("The record of other settings is refused and left as it was")
    func otherSettings() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        _ = try AdmissionFile(path: path, settings)
        let before = try String(contentsOfFile: path, encoding: .utf8)
        var other = settings
        other.seed = 5
        let error = #expect(throws: KernelwrightError.self) { try AdmissionFile(path: path, other) }
        #expect(error?.code == .badInput)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == before)
    }
}

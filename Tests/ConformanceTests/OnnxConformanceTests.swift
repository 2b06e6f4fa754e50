import Foundation
import KernelIR
import Testing

@testable import Workloads

/// Runs ONNX's own node tests through the importer and the reference.
@Suite("ONNX conformance")
struct OnnxConformanceTests {
    /// Operators that are read but not claimed, because not every case of theirs can pass.
    private static let unclaimed = ["Dropout": "its training cases draw random numbers"]

    @Test(
        "Every case of every claimed operator passes, at least 750 in all",
        .enabled(if: OnnxCaseCollection.isInstalled, Comment(rawValue: OnnxCaseCollection.missing)))
    func everyClaimedCasePasses() throws {
        let claimed = Set(OnnxImport.supportedOperators).subtracting(Self.unclaimed.keys)
        var report = ConformanceReport()
        for entry in try OnnxCaseCollection.cases() {
            if let reason = entry.exclusion {
                report.add(entry, .out(reason))
            } else if claimed.contains(entry.operator) {
                report.add(entry, entry.run())
            } else {
                report.add(entry, .out("operator \(entry.operator)"))
            }
        }
        if let path = ProcessInfo.processInfo.environment["KERNELWRIGHT_CONFORMANCE_REPORT"] {
            try Data(report.text.utf8).write(to: URL(fileURLWithPath: path))
        }
        #expect(report.failures.isEmpty, "\(report.failures.joined(separator: "\n"))")
        #expect(report.passed >= 750)
    }
}

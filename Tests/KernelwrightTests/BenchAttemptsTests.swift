import Foundation
import Testing

@testable import kernelwright

/// A workload that ends the process each time becomes a row.
@Suite struct BenchAttemptsTests {
    @Test func aWorkloadIsBegunTwice() throws {
        let folder = try RunFolder(
            named: FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(UUID().uuidString)").path,
            workload: "bench")
        defer { try? FileManager.default.removeItem(at: folder.url) }
        let file = folder.url.appendingPathComponent("begun.txt")
        for session in 0..<BenchAttempts.most {
            // Each session is a process of its own.
            var attempts = BenchAttempts(file: file)
            #expect(attempts.refusal(of: "kernelbench/2/56") == nil, "session \(session)")
            try attempts.begin("kernelbench/2/56", in: folder)
            if session == 0 { try attempts.begin("kernelbench/2/5", in: folder) }
        }
        let last = BenchAttempts(file: file)
        #expect(last.refusal(of: "kernelbench/2/56")?.contains("2 times") == true)
        #expect(last.refusal(of: "kernelbench/2/5") == nil)
    }
}

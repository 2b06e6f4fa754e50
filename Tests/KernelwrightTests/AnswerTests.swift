import Foundation
import Testing

/// What the library answers leaves a folder that the same commands work on as on a search's.
@Suite struct AnswerTests {
    @Test(.timeLimit(.minutes(5)))
    func anAnswerLeavesWhatASearchLeavesOfItsWinner() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("answer-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func optimize(_ name: String) throws -> Set<String> {
            let out = folder.appendingPathComponent(name).path
            let done = try Command.run([
                "optimize", "kernelbench/1/23", "--size", "tiny", "--baseline", "none", "--turns", "1", "--budget",
                "5s",
                "--library", folder.appendingPathComponent("library.sqlite").path, "--out", out,
            ])
            #expect(done.code == 0, "\(done.error)")
            return Set(try FileManager.default.contentsOfDirectory(atPath: out))
        }
        let searched = try optimize("searched")
        let answered = try optimize("answered")
        #expect(searched.subtracting(answered) == ["report.md", "roofline.svg", "trajectory.jsonl"])
        #expect(answered.isSubset(of: searched))
        for name in ["solution.json", "kernels.cl", "certificate.json", "reproduce.json", "workload.json"] {
            let (one, other) = (folder.appendingPathComponent("searched"), folder.appendingPathComponent("answered"))
            let texts = try [one, other].map { try Data(contentsOf: $0.appendingPathComponent(name)) }
            #expect(texts[0] == texts[1], "\(name) differs")
        }
        // The size stands in the certificate.
        let explained = try Command.run([
            "explain", "kernelbench/1/23", folder.appendingPathComponent("answered").path, "--level", "source",
        ])
        #expect(explained.code == 0 && explained.output.contains("// launch softmax"), "\(explained.error)")
    }
}

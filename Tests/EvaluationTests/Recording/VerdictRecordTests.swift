import Foundation
import KernelIR
import Rendering
import Testing
import Workloads

@testable import Evaluation

@Suite("Verdict record") struct VerdictRecordTests {
    private let sessions = JudgingSessionTests()

    private func record() async throws -> VerdictRecord {
        let session = try await sessions.session(["it": .relu(milliseconds: 2)], baseline: .relu(milliseconds: 5))
        let solution = sessions.solution("it")
        let conditions = VerdictRecord.Conditions(
            workload: "relu.json", workloadHash: "w", size: nil, distributions: nil, device: "fake",
            baselines: ["fake"], caches: .warm, deterministic: false, frozenParameters: false)
        return VerdictRecord(try await session.certify(solution), of: solution, under: conditions)
    }

    @Test("a record survives its file, names every sample and seed, and its address is that of its content")
    func file() async throws {
        let record = try await record()
        let again = try VerdictRecord(file: record.file, path: "r.json")
        #expect(again == record)
        #expect(again.address == record.address && record.file == again.file)
        let object = try #require(try JSONSerialization.jsonObject(with: record.file) as? [String: Any])
        #expect(object["sha256"] as? String == record.address)
        let content = try #require(object["content"] as? [String: Any])
        let verdict = try #require(content["verdict"] as? [String: Any])
        let timing = try #require(verdict["timing"] as? [String: Any])
        #expect((timing["samples"] as? [Double])?.count == record.verdict.timing?.samples.count)
        #expect((verdict["provenance"] as? [String: Any])?["seed"] != nil)
        #expect(content["toleranceVersion"] != nil && content["procedureVersion"] != nil)
    }

    @Test("no byte of a record can be changed, and nothing else is one")
    func tampering() async throws {
        let file = try await record().file
        for place in stride(from: 0, to: file.count - 1, by: 97) {
            var changed = file
            changed[place] ^= 1
            #expect(throws: KernelwrightError.self, "byte \(place)") { try VerdictRecord(file: changed, path: "r") }
        }
        for other in ["", "{}", "{\"content\":{},\"sha256\":\"00\"}"] {
            #expect(throws: KernelwrightError.self) { try VerdictRecord(file: Data(other.utf8), path: "r") }
        }
    }

    @Test("another solution under a right hash of the file is refused by its own hash")
    func exchangedSolution() async throws {
        var record = try await record()
        record.solution.sources = [.init(path: "k.cl", content: "other")]
        #expect(throws: KernelwrightError.self) { try VerdictRecord(file: record.file, path: "r") }
    }

    @Test("a repetition agrees with itself; another status or a time far away does not")
    func repetition() async throws {
        let verdict = try await record().verdict
        #expect(RecordCheck(verdict, repeated: verdict).agrees)
        var slower = verdict
        slower.timing?.speedup = RatioInterval(ratio: 1, low: 0.9, high: 1.1)
        #expect(!RecordCheck(verdict, repeated: slower).agrees)
        var elsewhere = slower
        elsewhere.provenance.hostCPU = "another"
        #expect(RecordCheck(verdict, repeated: elsewhere).agrees)
        var wrong = verdict
        wrong.status = .wrongValues
        #expect(!RecordCheck(verdict, repeated: wrong).agrees)
    }
}

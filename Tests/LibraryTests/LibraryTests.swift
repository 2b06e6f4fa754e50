import Evaluation
import Foundation
import KernelIR
import Policies
import Scheduling
import Testing

@testable import Library

@Suite struct LibraryTests {
    private let subject = Subject()

    @Test func anAnswerIsWhatWasKept() throws {
        let place = try TemporaryPath()
        let certificate = subject.certificate()
        try Library(path: place.path).keep(subject.record(certificate), certificate: certificate)
        let answer = try #require(try Library(path: place.path).answer(to: subject.question(), searched: .test))
        #expect(answer.certificate == certificate)
        #expect(answer.record.parameters == ProgramCPU())
        #expect(answer.record.speedup?.ratio == 2)
        #expect(answer.record.id == 1)
    }

    @Test func otherConditionsAreAnotherQuestion() throws {
        let place = try TemporaryPath()
        let library = try Library(path: place.path)
        let certificate = subject.certificate()
        try library.keep(subject.record(certificate), certificate: certificate)
        #expect(try library.answer(to: subject.question(deterministic: true), searched: .test) == nil)
        #expect(try library.answer(to: subject.question(machine: "elsewhere"), searched: .test) == nil)
        #expect(try library.answer(to: Subject(extent: 2048).question(), searched: .test) == nil)
        var older = subject.question()
        older.procedureVersion -= 1
        #expect(try library.answer(to: older, searched: .test) == nil)
    }

    @Test func aLongerSearchIsNotAnsweredByAShorterOne() throws {
        let place = try TemporaryPath()
        let library = try Library(path: place.path)
        let longer = SearchExtent(turns: 8, budgetSeconds: 60, isComplete: false)
        let certificate = subject.certificate("a", ratio: 3)
        try library.keep(subject.record(certificate), certificate: certificate)
        #expect(try library.answer(to: subject.question(), searched: longer) == nil)
        // Once somebody searched as far, the best answers, whoever found it.
        let second = subject.certificate("b", ratio: 2)
        try library.keep(subject.record(second, extent: longer), certificate: second)
        #expect(try library.answer(to: subject.question(), searched: longer)?.record.speedup?.ratio == 3)
        #expect(SearchExtent(turns: 1, budgetSeconds: 1, isComplete: true).covers(longer))
    }

    @Test func theGreatestLowerEndAnswers() throws {
        let place = try TemporaryPath()
        let library = try Library(path: place.path)
        for (source, ratio) in [("a", 2.0), ("b", 3.0), ("c", 1.5)] {
            let certificate = subject.certificate(source, ratio: ratio)
            try library.keep(subject.record(certificate), certificate: certificate)
        }
        #expect(try library.answer(to: subject.question(), searched: .test)?.record.speedup?.ratio == 3)
        #expect(try library.records().count == 3)
    }

    /// Seconds and ratios do not compare: 2 ms without a ratio are no 500 times.
    @Test func aRatioComesBeforeAnyTimeWithoutOne() throws {
        let place = try TemporaryPath()
        let library = try Library(path: place.path)
        for (source, seconds) in [("a", 0.002), ("b", 0.001), ("c", 0.003)] {
            let certificate = subject.certificate(source, ratio: nil)
            var record = subject.record(certificate)
            record.seconds = seconds
            try library.keep(record, certificate: certificate)
        }
        #expect(try library.answer(to: subject.question(), searched: .test)?.record.seconds == 0.001)
        let slow = subject.certificate("d", ratio: 0.5)
        try library.keep(subject.record(slow), certificate: slow)
        #expect(try library.answer(to: subject.question(), searched: .test)?.record.speedup?.ratio == 0.5)
    }

    @Test func anOlderAuthorsRecordIsAPrecedentAndNoAnswer() throws {
        let place = try TemporaryPath()
        let library = try Library(path: place.path)
        let complete = SearchExtent(turns: 8, budgetSeconds: 10, isComplete: true)
        let certificate = subject.certificate("a", ratio: 3)
        var record = subject.record(certificate, extent: complete)
        record.authorVersion = BuiltInAuthor.version - 1
        try library.keep(record, certificate: certificate)
        #expect(try library.answer(to: subject.question(), searched: .test) == nil)
        let precedents = try library.precedents(for: subject.features, machine: "here", precision: "declared")
        #expect(precedents.map(\.certificate) == [certificate.address])
        // Once the newer author has searched, the best answers, whoever found it.
        let second = subject.certificate("b", ratio: 2)
        try library.keep(subject.record(second), certificate: second)
        #expect(try library.answer(to: subject.question(), searched: .test)?.record.speedup?.ratio == 3)
    }

    @Test func recordsFromBeforeAuthorsHadVersionsAreRead() throws {
        let json = try JSONEncoder().encode(subject.record(subject.certificate()))
        var object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        #expect(object.removeValue(forKey: "authorVersion") as? Int == BuiltInAuthor.version)
        let record = try JSONDecoder().decode(
            LibraryRecord.self, from: try JSONSerialization.data(withJSONObject: object))
        #expect(record.authorVersion == 0)
    }

    @Test func aSolutionJudgedAgainTakesTheNewerCertificate() throws {
        let place = try TemporaryPath()
        let library = try Library(path: place.path)
        for ratio in [3.0, 2.0] {
            let certificate = subject.certificate(ratio: ratio)
            try library.keep(subject.record(certificate), certificate: certificate)
        }
        #expect(try library.records().map(\.speedup?.ratio) == [2])
    }

    @Test func forgettingLeavesNoCertificate() throws {
        let place = try TemporaryPath()
        let library = try Library(path: place.path)
        let certificate = subject.certificate()
        let record = subject.record(certificate)
        let number = try library.keep(record, certificate: certificate)
        #expect(try library.forget([number, 99]) == 1)
        #expect(try library.records().isEmpty)
        #expect(throws: KernelwrightError.self) { try library.certificate(of: record) }
    }

    @Test func aRecordWithUnreadableParametersStillAnswers() throws {
        let certificate = subject.certificate()
        let json = try JSONEncoder().encode(subject.record(certificate))
        var object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        object["parameters"] = ["gemm": "of another version"]
        let record = try JSONDecoder().decode(
            LibraryRecord.self, from: try JSONSerialization.data(withJSONObject: object))
        #expect(record.parameters == nil)
        #expect(record.certificate == certificate.address)
    }

    @Test func writersWaitForEachOther() async throws {
        let place = try TemporaryPath()
        let path = place.path
        // Each writer opens a library of its own; the first ones make it at the same time.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for turn in 0..<4 {
                        let subject = Subject(extent: 1 + writer * 4 + turn)
                        let certificate = subject.certificate()
                        try Library(path: path).keep(subject.record(certificate), certificate: certificate)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try Library(path: path).records().count == 32)
        let names = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
        #expect(names.allSatisfy { ["library.sqlite", "library.sqlite-wal", "library.sqlite-shm"].contains($0) })
    }
}

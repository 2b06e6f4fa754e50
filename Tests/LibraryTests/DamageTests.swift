import Foundation
import GRDB
import KernelIR
import Testing

@testable import Library

/// What is no library, or one of a newer version, is named in one line and left as it was.
@Suite struct DamageTests {
    private func expectRefused(_ path: String, _ part: String) throws {
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = #expect(throws: KernelwrightError.self) { try Library(path: path) }
        #expect(error?.code == .badInput)
        #expect(error?.message.contains(path) == true)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        #expect(error?.hint?.contains("left as it is") == true || error?.hint?.contains("left as it was") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test(arguments: ["", "no database", String(repeating: "x", count: 4096)])
    func anotherFile(content: String) throws {
        let place = try TemporaryPath()
        try Data(content.utf8).write(to: URL(fileURLWithPath: place.path))
        try expectRefused(place.path, "no library")
    }

    @Test func anotherDatabase() throws {
        let place = try TemporaryPath()
        let other = try DatabaseQueue(path: place.path)
        try other.writeWithoutTransaction { try $0.execute(sql: "CREATE TABLE cats (name TEXT)") }
        try other.close()
        try expectRefused(place.path, "no library")
    }

    @Test func aNewerVersion() throws {
        let place = try TemporaryPath()
        try LibraryFile.create(place.path)
        let newer = try DatabaseQueue(path: place.path)
        try newer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 7") }
        try newer.close()
        try expectRefused(place.path, "newer Kernelwright (version 7")
    }

    @Test func damagedPages() throws {
        let place = try TemporaryPath()
        let subject = Subject()
        let certificate = subject.certificate(String(repeating: "long ", count: 4000))
        do {
            try Library(path: place.path).keep(subject.record(certificate), certificate: certificate)
        }
        let file = URL(fileURLWithPath: place.path)
        var bytes = try Data(contentsOf: file)
        bytes.replaceSubrange(100..<bytes.count, with: Data(repeating: 0xA5, count: bytes.count - 100))
        try bytes.write(to: file)
        for end in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: place.path + end) }
        let error = #expect(throws: KernelwrightError.self) {
            try Library(path: place.path).answer(to: subject.question(), searched: .test)
        }
        #expect(error?.message.contains("damaged") == true, "\(error?.message ?? "")")
        #expect(try Data(contentsOf: file) == bytes)
    }

    @Test func aFolderThatCannotBeWritten() {
        let error = #expect(throws: KernelwrightError.self) { try Library(path: "/proc/none/library.sqlite") }
        #expect(error?.code == .badInput)
        #expect(error?.message.contains("/proc/none/library.sqlite") == true)
    }
}

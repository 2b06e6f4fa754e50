import Foundation
import Testing

@testable import Library

/// What keeps the processes that share a library out of each other's way.
@Suite(.serialized, .enabled(if: FileManager.default.isReadableFile(atPath: "/proc/locks"), "no /proc/locks"))
struct LockTests {
    /// In write-ahead mode every open connection holds a lock on the file; without it, whoever closes another one takes
    /// itself for the last and removes the log under the others' feet.
    @Test func openingALibraryAgainDropsNoLock() throws {
        let place = try TemporaryPath()
        let library = try Library(path: place.path)
        #expect(try library.records().isEmpty)
        let before = try locks(on: place.path)
        #expect(before > 0)
        for _ in 0..<3 {
            #expect(try Library(path: place.path).records().isEmpty)
            #expect(try Library.existing(at: place.path)?.records().isEmpty == true)
        }
        #expect(try locks(on: place.path) == before)
        #expect(try library.records().isEmpty)
    }

    /// The locks that this process holds on a file.
    private func locks(on path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let inode = try #require(attributes[.systemFileNumber] as? NSNumber).intValue
        let own = " \(ProcessInfo.processInfo.processIdentifier) "
        return try String(contentsOfFile: "/proc/locks", encoding: .utf8).split(separator: "\n")
            .count { $0.contains(own) && $0.contains(":\(inode) ") }
    }
}

import Foundation
import Testing

@testable import Library

/// What keeps the processes that share a library out of each other's way.
@Suite(.serialized, .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/fdinfo"), "no /proc/self/fdinfo"))
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

    /// The locks that this process holds on a file: those the kernel lists with each descriptor of it. `/proc/locks` would
    /// list them too, among all other processes' locks, and skips lines when those change between two reads.
    private func locks(on path: String) throws -> Int {
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        let file = URL(filePath: path).resolvingSymlinksInPath().path
        return descriptors.filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == file
        }
        .compactMap { try? String(contentsOfFile: "/proc/self/fdinfo/\($0)", encoding: .utf8) }
        .reduce(0) { $0 + $1.split(separator: "\n").count { $0.hasPrefix("lock:") } }
    }
}

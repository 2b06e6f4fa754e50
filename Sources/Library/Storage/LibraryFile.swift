import Foundation
import GRDB
import KernelIR

/// The database file: how it comes into being, and whether it is one of ours.
///
/// SQLite in write-ahead mode, so that processes read while another one writes; a writer waits up to ten seconds for its
/// turn.
enum LibraryFile {
    /// `kwlb`, which SQLite keeps in the file's header.
    static let applicationID: UInt32 = 0x6b77_6c62
    /// The version of the tables.
    static let version: UInt32 = 1

    private static let tables = """
        CREATE TABLE certificates (address TEXT PRIMARY KEY NOT NULL, file BLOB NOT NULL);
        CREATE TABLE records (
            id INTEGER PRIMARY KEY,
            question TEXT NOT NULL,
            solution TEXT NOT NULL,
            certificate TEXT NOT NULL REFERENCES certificates (address),
            merit REAL NOT NULL,
            document BLOB NOT NULL,
            UNIQUE (question, solution));
        """

    /// Opens a library that is there. What it is, SQLite itself is asked: whoever opens and closes the file besides
    /// drops every lock that this process holds on it (https://sqlite.org/howtocorrupt.html, 2.2).
    ///
    /// - Throws: `badInput` where the file is something else, of a newer version, damaged or not accessible.
    static func open(_ path: String) throws(KernelwrightError) -> DatabaseQueue {
        try reporting(path) {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            let (application, version) = try queue.read { database in
                (
                    try UInt32.fetchOne(database, sql: "PRAGMA application_id"),
                    try UInt32.fetchOne(database, sql: "PRAGMA user_version")
                )
            }
            guard application == applicationID else { throw damaged(path, nil) }
            if let version, version > Self.version { throw newer(version, path) }
            return queue
        }
    }

    /// Makes an empty library where there is none. It appears whole: whoever comes second finds the first one's.
    static func create(_ path: String) throws(KernelwrightError) {
        let own = "\(path).\(UUID().uuidString)"
        defer { for end in ["", "-wal", "-shm"] { unlink(own + end) } }
        try reporting(path) {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let queue = try DatabaseQueue(path: own)
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA journal_mode = WAL")
                try database.execute(sql: "PRAGMA application_id = \(applicationID)")
                try database.execute(sql: "PRAGMA user_version = \(version)")
                try database.execute(sql: tables)
            }
            try queue.close()
        }
        guard link(own, path) == 0 || errno == EEXIST else {
            throw inaccessible(path, String(cString: strerror(errno)))
        }
    }

    /// Runs work on the database and says what went wrong in this project's terms.
    static func reporting<Value>(
        _ path: String, _ work: () throws -> Value
    ) throws(KernelwrightError) -> Value {
        do {
            return try work()
        } catch let error as KernelwrightError {
            throw error
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_ERROR: throw damaged(path, "\(error)")
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                throw KernelwrightError(
                    .badInput, "\(path) is in use by another process for longer than ten seconds",
                    hint: "try again, or choose another with --library FILE")
            default: throw inaccessible(path, "\(error)")
            }
        } catch {
            throw inaccessible(path, (error as NSError).localizedDescription)
        }
    }

    static func damaged(_ path: String, _ cause: String?) -> KernelwrightError {
        KernelwrightError(
            .badInput, "\(path) is no library of kernels, or damaged",
            hint: "it was left as it is: move it away, or choose another with --library FILE", cause: cause)
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = true
        return configuration
    }

    private static func newer(_ found: UInt32, _ path: String) -> KernelwrightError {
        KernelwrightError(
            .badInput,
            "\(path) was made by a newer Kernelwright (version \(found) of the tables, \(version) is known here)",
            hint: "it was left as it is: update Kernelwright, or choose another with --library FILE")
    }

    private static func inaccessible(_ path: String, _ cause: String) -> KernelwrightError {
        KernelwrightError(
            .badInput, "cannot open the library \(path)",
            hint: "choose another with --library FILE, or none with --library none", cause: cause)
    }
}

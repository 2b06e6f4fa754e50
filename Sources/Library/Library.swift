import Evaluation
import Foundation
import GRDB
import KernelIR
import Policies

/// Certified kernels and the questions they answer, on disk; safe to use from several processes at once.
public struct Library: Sendable {
    public let path: String
    private let database: DatabaseQueue

    /// Opens the library at a path, or makes an empty one.
    ///
    /// - Throws: `badInput` where the file is something else, of a newer version, damaged or not accessible.
    public init(path: String) throws(KernelwrightError) {
        if !FileManager.default.fileExists(atPath: path) { try LibraryFile.create(path) }
        self.path = path
        database = try LibraryFile.open(path)
    }

    /// The library at a path; nil where there is none, and none is made.
    public static func existing(at path: String) throws(KernelwrightError) -> Library? {
        FileManager.default.fileExists(atPath: path) ? try Library(path: path) : nil
    }

    /// The best answer to a question with its certificate, whose hash is checked; nil where nobody searched as far with the
    /// built-in author of this version or a later one.
    public func answer(
        to question: Question, searched extent: SearchExtent, author: Int = BuiltInAuthor.version
    ) throws(KernelwrightError) -> (record: LibraryRecord, certificate: VerdictRecord)? {
        // The column holds what was the merit when a record was kept.
        let known = try all("WHERE question = ?", arguments: [question.key])
        guard known.contains(where: { $0.authorVersion >= author && $0.extent.covers(extent) }),
            let best = known.max(by: { ($0.merit, $0.id ?? 0) < ($1.merit, $1.id ?? 0) })
        else { return nil }
        return (best, try certificate(of: best))
    }

    /// The certificate of a record; throws `badInput` where its bytes are not those it was kept with.
    public func certificate(of record: LibraryRecord) throws(KernelwrightError) -> VerdictRecord {
        let file = try reading { database in
            try Data.fetchOne(
                database, sql: "SELECT file FROM certificates WHERE address = ?", arguments: [record.certificate])
        }
        guard let file else { throw LibraryFile.damaged(path, "certificate \(record.certificate) is missing") }
        let certificate = try VerdictRecord(file: file, path: "\(path): certificate \(record.certificate.prefix(12))…")
        guard certificate.solutionHash == record.solution,
            certificate.conditions.workloadHash == record.question.workload
        else { throw LibraryFile.damaged(path, "record \(record.id ?? 0) has another kernel's certificate") }
        return certificate
    }

    /// Keeps a certified kernel. A solution that answered the same question before takes the newer certificate, so that
    /// a lucky measurement does not stay for ever.
    ///
    /// - Returns: the record's number.
    @discardableResult
    public func keep(
        _ record: LibraryRecord, certificate: VerdictRecord
    ) throws(KernelwrightError) -> Int64 {
        precondition(record.certificate == certificate.address, "the record names another certificate")
        return try LibraryFile.reporting(path) {
            let document = try JSONEncoder().encode(record)
            return try database.write { database in
                try database.execute(
                    sql: "INSERT OR IGNORE INTO certificates (address, file) VALUES (?, ?)",
                    arguments: [certificate.address, certificate.file])
                let row = try Int64.fetchOne(
                    database,
                    sql: """
                        INSERT INTO records (question, solution, certificate, merit, document) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT (question, solution) DO UPDATE SET certificate = excluded.certificate,
                            merit = excluded.merit, document = excluded.document
                        RETURNING id
                        """,
                    arguments: [
                        record.question.key, record.solution, record.certificate, record.merit, document,
                    ])
                try Self.dropUnused(database)
                guard let row else { throw LibraryFile.damaged(path, "a record that was kept has no number") }
                return row
            }
        }
    }

    /// Every record in the order of numbers.
    public func records() throws(KernelwrightError) -> [LibraryRecord] {
        try all("ORDER BY id", arguments: [])
    }

    /// The record of a number, where there is one.
    public func record(_ id: Int64) throws(KernelwrightError) -> LibraryRecord? {
        try all("WHERE id = ?", arguments: [id]).first
    }

    /// Removes records; returns how many there were.
    public func forget(_ ids: [Int64]) throws(KernelwrightError) -> Int {
        try LibraryFile.reporting(path) {
            try database.write { database in
                var count = 0
                for id in ids {
                    try database.execute(sql: "DELETE FROM records WHERE id = ?", arguments: [id])
                    count += database.changesCount
                }
                try Self.dropUnused(database)
                return count
            }
        }
    }

    private static func dropUnused(_ database: Database) throws {
        try database.execute(
            sql: "DELETE FROM certificates WHERE address NOT IN (SELECT certificate FROM records)")
    }

    private func all(
        _ condition: String, arguments: StatementArguments
    ) throws(KernelwrightError) -> [LibraryRecord] {
        try reading { database in
            try Row.fetchAll(database, sql: "SELECT id, document FROM records \(condition)", arguments: arguments)
                .map { try record($0) }
        }
    }

    private func record(_ row: Row) throws -> LibraryRecord {
        let document: Data = row["document"]
        do {
            var record = try JSONDecoder().decode(LibraryRecord.self, from: document)
            record.id = row["id"]
            return record
        } catch {
            throw LibraryFile.damaged(path, "a record cannot be read: \(error)")
        }
    }

    private func reading<Value>(_ work: (Database) throws -> Value) throws(KernelwrightError) -> Value {
        try LibraryFile.reporting(path) { try database.read(work) }
    }
}

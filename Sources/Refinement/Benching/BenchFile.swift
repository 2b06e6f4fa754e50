import Evaluation
import Foundation
import KernelIR

/// The first line of a bench's record.
public struct BenchHeader: Sendable, Hashable, Codable {
    /// The version of the record's format.
    public var format: Int
    public var settings: BenchSettings
    /// `cpu`, `gpu` or `accelerator`: figures of different kinds never stand side by side.
    public var deviceKind: String
    /// Device, driver, versions and commit when it began.
    public var provenance: Provenance

    public init(format: Int = 1, settings: BenchSettings, deviceKind: String, provenance: Provenance) {
        self.format = format
        self.settings = settings
        self.deviceKind = deviceKind
        self.provenance = provenance
    }
}

/// The record of a bench, open for appending: a header, then one line for each finished workload.
///
/// Every line is on disk when `append` returns. The file is locked, so that two processes never write one record.
public final class BenchFile {
    private let file: LineFile
    /// The header of the bench as it began.
    public let header: BenchHeader
    /// The workloads that were finished when the file was opened; a torn last line is left out.
    public let rows: [BenchRow]

    /// Opens the record of a bench, or begins one.
    ///
    /// - Throws: `badInput` when the file belongs to another bench, is damaged, in use or not writable.
    public init(path: String, header: BenchHeader) throws(KernelwrightError) {
        file = try LineFile(path: path)
        let whole = try WholeLines<Line>(try file.read(), place: path)
        guard let first = whole.lines.first else {
            try file.truncate(to: 0)
            try file.append(Line.header(header))
            (self.header, rows) = (header, [])
            return
        }
        guard case .header(let recorded) = first else {
            throw KernelwrightError(.badInput, "\(path):1: expected the header of a bench")
        }
        guard recorded.settings == header.settings else {
            let difference = settingsDifference(recorded: recorded.settings, asked: header.settings)
            throw KernelwrightError(
                .badInput, "\(path) holds another bench: \(difference)",
                hint: "repeat that bench's options to resume it, or choose another folder with --out")
        }
        try file.truncate(to: whole.validBytes)
        self.header = recorded
        rows = whole.lines.compactMap { if case .row(let row) = $0 { row } else { nil } }
    }

    /// Writes one finished workload and waits until it is on disk.
    public func append(_ row: BenchRow) throws(KernelwrightError) { try file.append(Line.row(row)) }

    private enum Line: Codable {
        case header(BenchHeader)
        case row(BenchRow)

        private enum Key: String, CodingKey { case header }

        func encode(to encoder: any Encoder) throws {
            switch self {
            case .header(let header):
                var fields = encoder.container(keyedBy: Key.self)
                try fields.encode(header, forKey: .header)
            case .row(let row): try row.encode(to: encoder)
            }
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            if fields.contains(.header) {
                self = .header(try fields.decode(BenchHeader.self, forKey: .header))
            } else {
                self = .row(try BenchRow(from: decoder))
            }
        }
    }
}

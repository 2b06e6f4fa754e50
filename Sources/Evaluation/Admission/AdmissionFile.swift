import Foundation
import KernelIR

/// The record of an admission run: the settings, then one report a line, each on disk before the next workload begins.
public struct AdmissionFile: Sendable {
    private let url: URL
    /// Reports of an earlier, interrupted run with the same settings, in its order.
    public let finished: [AdmissionReport]

    /// Opens the record or begins it; a last line that was cut off is dropped.
    ///
    /// Throws `badInput` where the file is another run's or cannot be written.
    public init(path: String, _ settings: AdmissionSettings) throws(KernelwrightError) {
        url = URL(fileURLWithPath: path)
        let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        if let first = lines.first {
            guard let recorded = try? JSONDecoder().decode(AdmissionSettings.self, from: Data(first.utf8)),
                recorded == settings
            else {
                throw KernelwrightError(
                    .badInput, "\(path) is the record of a run with other settings",
                    hint: "repeat its options, or choose another folder with --out")
            }
        }
        finished = lines.dropFirst().compactMap {
            try? JSONDecoder().decode(AdmissionReport.self, from: Data($0.utf8))
        }
        try write(Self.line(settings) + finished.map(Self.line).joined())
    }

    /// Adds one report.
    public func append(_ report: AdmissionReport) throws(KernelwrightError) {
        do {
            let handle = try FileHandle(forWritingTo: url)
            defer { try? handle.close() }
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(Self.line(report).utf8))
            try handle.synchronize()
        } catch {
            throw failure(error)
        }
    }

    private func write(_ text: String) throws(KernelwrightError) {
        do {
            try Data(text.utf8).write(to: url, options: .atomic)
        } catch {
            throw failure(error)
        }
    }

    private func failure(_ error: any Error) -> KernelwrightError {
        KernelwrightError(
            .badInput, "cannot write \(url.path)", hint: "choose a disk with room with --out",
            cause: (error as NSError).localizedDescription)
    }

    private static func line(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let data = try? encoder.encode(value) else { preconditionFailure("every report has a JSON form") }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}

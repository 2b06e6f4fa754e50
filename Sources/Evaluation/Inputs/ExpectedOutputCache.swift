import Crypto
import Foundation
import KernelIR
import Workloads

/// Expected outputs on disk by workload, distribution and seed, for runs that are resumed or repeated.
///
/// A fresh run draws a fresh seed and finds nothing here. The folder must be one that no candidate can see. An entry
/// that cannot be read as it was written counts as missing; the least recently used ones go when the folder is full.
public struct ExpectedOutputCache: Sendable {
    /// What decides expected outputs, beside the program that computes them.
    public struct Key: Sendable, Hashable {
        /// SHA-256 in hexadecimal; tells nothing about the seed.
        let digest: String

        /// - Parameter precision: the 16-bit type that candidates may store values in, which decides their bounds.
        public init(
            _ workload: Workload, _ distribution: InputDistribution, seed: Seed, precision: DType? = nil
        ) {
            let domains = workload.inputs.map { "\($0.name) \(workload.domain(of: $0).map { "\($0)" } ?? "any")" }
            let axis = precision.map { ["stored in \($0.rawValue)"] } ?? []
            let text = ([workload.contentHash, distribution.rawValue, "\(seed.words)"] + axis + domains).joined(
                separator: "\n")
            digest = ExpectedOutputCache.hexadecimal(SHA256.hash(data: Data(text.utf8)))
        }
    }

    public let folder: URL
    private let capacity: Int
    private let build: String
    private let worthSeconds: Double
    private let time: MonotonicTime

    /// - Parameters:
    ///   - folder: made when it is first needed, readable by its owner only.
    ///   - capacity: bytes of all entries together; one entry takes at most a quarter.
    ///   - build: changes whenever the program does, so that no other reference's outputs are taken for this one's.
    ///   - worthSeconds: outputs that took less time to compute, beyond the time of writing them, are not kept.
    public init(
        folder: URL, capacity: Int = 4 << 30, build: String = Self.runningProgram, worthSeconds: Double = 0.2,
        time: MonotonicTime = .system
    ) {
        self.folder = folder
        self.capacity = capacity
        self.build = build
        self.worthSeconds = worthSeconds
        self.time = time
    }

    /// Size and time of change of the running program's file.
    public static var runningProgram: String {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: program)
        let changed = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return "\(attributes?[.size] as? Int ?? 0) \(changed)"
    }

    /// The kept outputs, else those that `compute` gives, which are kept then; a disk that is full keeps nothing.
    public func outputs(
        for key: Key, compute: () throws(KernelwrightError) -> [ExpectedOutput]
    ) throws(KernelwrightError) -> [ExpectedOutput] {
        let file = file(of: key)
        if let data = try? Data(contentsOf: file, options: .mappedIfSafe),
            let kept = ExpectedOutputFile.decode(data, label: label(of: key))
        {
            // The time of change is the time of the last use.
            try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: file.path)
            return kept
        }
        let began = time.now
        let outputs = try compute()
        let bytes = outputs.map { $0.values.count * 8 }.reduce(0, +)
        let worth = worthSeconds + Double(bytes) / Self.bytesPerSecond
        if (time.now - began).seconds >= worth, bytes <= capacity / 4 { keep(outputs, key) }
        return outputs
    }

    /// What a disk surely writes: outputs that are computed faster than that are not worth its time.
    private static let bytesPerSecond = 1e8

    private func file(of key: Key) -> URL { folder.appendingPathComponent(key.digest) }

    private func label(of key: Key) -> String { "\(key.digest) \(build)" }

    private func keep(_ outputs: [ExpectedOutput], _ key: Key) {
        let data = ExpectedOutputFile.encode(outputs, label: label(of: key))
        let files = FileManager.default
        do {
            try files.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            makeRoom(for: data.count)
            try data.write(to: file(of: key), options: .atomic)
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file(of: key).path)
        } catch {
            // Nothing depends on an entry; the next run computes again.
            try? files.removeItem(at: file(of: key))
        }
    }

    /// Removes the entries used longest ago until `bytes` more fit.
    private func makeRoom(for bytes: Int) {
        let keys: Set<URLResourceKey> = [.fileSizeKey, .contentModificationDateKey]
        let files = FileManager.default
        let urls = (try? files.contentsOfDirectory(at: folder, includingPropertiesForKeys: Array(keys))) ?? []
        var entries = urls.map { url in
            let values = try? url.resourceValues(forKeys: keys)
            return (url: url, bytes: values?.fileSize ?? 0, used: values?.contentModificationDate ?? .distantPast)
        }.sorted { ($0.used, $0.url.path) < ($1.used, $1.url.path) }
        var total = entries.map(\.bytes).reduce(bytes, +)
        while total > capacity, !entries.isEmpty {
            let oldest = entries.removeFirst()
            try? files.removeItem(at: oldest.url)
            total -= oldest.bytes
        }
    }

    static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        digest.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }
}

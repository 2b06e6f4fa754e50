import FoundationEssentials
import KernelIR

/// Keeps measured ceilings as JSON files in a folder, one for each device, driver and processor.
public struct CeilingStore: Sendable {
    private struct Record: Codable {
        var key: String
        var ceilings: Ceilings
    }

    /// The folder; made when first needed.
    public var directory: String
    private let processor: String

    /// Uses a folder of the caller's choice.
    public init(directory: String) {
        self.init(directory: directory, processor: CPUTopology.read().modelName)
    }

    init(directory: String, processor: String) {
        self.directory = directory
        self.processor = processor
    }

    /// The kept ceilings, or new ones when there are none, when the machine changed, or when asked for.
    ///
    /// A folder that cannot be written costs the next caller a measurement, nothing else.
    public func ceilings(of device: some Device, remeasure: Bool = false) throws(KernelwrightError) -> Ceilings {
        let key = [device.id, device.name, device.driver, processor, "\(device.profile.cores)"].joined(separator: "|")
        if !remeasure, let kept = load(key) { return kept }
        let measured = try device.measureCeilings()
        store(Record(key: key, ceilings: measured))
        return measured
    }

    private func load(_ key: String) -> Ceilings? {
        guard let data = FileManager.default.contents(atPath: path(key)),
            let record = try? JSONDecoder().decode(Record.self, from: data), record.key == key
        else { return nil }
        return record.ceilings
    }

    private func store(_ record: Record) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        guard let data = try? encoder.encode(record) else { return }
        try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try? data.write(to: URL(filePath: path(record.key)), options: .atomic)
    }

    private func path(_ key: String) -> String { "\(directory)/ceilings-\(String(fingerprint(key), radix: 16)).json" }

    /// FNV-1a, because Swift's own hashes differ from run to run.
    private func fingerprint(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

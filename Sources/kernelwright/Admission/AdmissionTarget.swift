import ArgumentParser
import KernelIR
import Workloads

/// The workloads that `admit` is asked about.
struct AdmissionTarget {
    /// Ids or one path, in the suite's order.
    let names: [String]
    let size: SizePreset
    let isFile: Bool

    /// Reads `SUITE`, `SUITE/LEVEL`, `SUITE/LEVEL/NUMBER` or a path.
    ///
    /// - Parameter only: numbers separated by commas; nil for all.
    init(_ text: String, only: String?, size: SizePreset) throws {
        self.size = size
        let parts = text.split(separator: "/").map(String.init)
        let reference = WorkloadReference(text)
        guard let suite = Suite.all.first(where: { $0.name == parts.first }), parts.count < 3, !text.hasSuffix(".json")
        else {
            if case .file = reference { isFile = true } else { isFile = false }
            names = [text]
            return
        }
        isFile = false
        var entries = try suite.entries(size: size)
        if parts.count == 2 {
            guard let level = Int(parts[1]) else {
                throw ValidationError("'\(parts[1])' is no level; write \(suite.name)/1")
            }
            entries = try suite.entries(level: level, size: size)
        }
        let numbers = try only.map(Self.numbers)
        names = entries.filter { numbers?.contains($0.number) ?? true }.map(\.id)
        guard !names.isEmpty else { throw ValidationError("--only \(only ?? "") leaves no workload") }
    }

    func load(_ name: String) throws(KernelwrightError) -> Workload {
        try WorkloadReference(name).load(size: size)
    }

    private static func numbers(_ text: String) throws -> Set<Int> {
        Set(
            try text.split(separator: ",").map { part in
                guard let number = Int(part) else {
                    throw ValidationError("'\(part)' is no number; write --only 1,5,40")
                }
                return number
            })
    }
}

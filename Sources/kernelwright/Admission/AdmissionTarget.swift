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
    /// - Parameter only: numbers to keep; nil for all.
    init(_ text: String, only: [Int]?, size: SizePreset) throws(KernelwrightError) {
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
                throw KernelwrightError(
                    .badInput, "suite \(suite.name) has no level '\(parts[1])'",
                    hint: "levels are \(suite.levels.lowerBound) to \(suite.levels.upperBound)")
            }
            entries = try suite.entries(level: level, size: size)
        }
        names = entries.filter { only?.contains($0.number) ?? true }.map(\.id)
        guard !names.isEmpty else {
            throw KernelwrightError(
                .badInput, "--only leaves no workload of \(text)", hint: "leave it out, or name numbers of that level")
        }
    }

    func load(_ name: String) throws(KernelwrightError) -> Workload {
        try WorkloadReference(name).load(size: size)
    }
}

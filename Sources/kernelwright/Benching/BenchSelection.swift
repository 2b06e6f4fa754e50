import KernelIR
import Refinement
import Workloads

/// The workloads that a bench is about.
struct BenchSelection {
    let suite: Suite
    let size: SizePreset
    /// What is run, in the suite's order.
    private(set) var entries: [Suite.Entry] = []
    /// What was asked for but cannot tell a kernel from a shortcut; not run.
    private(set) var excluded: [BenchSummary.Exclusion] = []

    /// - Parameters:
    ///   - target: a suite or one level of it, e.g. `kernelbench/1`.
    ///   - only: numbers to keep, of every level.
    /// - Throws: `badInput` for an unknown suite, level or number.
    init(_ target: String, only: [Int]?, size: SizePreset) throws(KernelwrightError) {
        let parts = target.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let suite = Suite.all.first(where: { $0.name == parts[0] }), parts.count <= 2 else {
            throw KernelwrightError(
                .badInput, "unknown suite \(target)",
                hint: "write SUITE or SUITE/LEVEL; suites: " + Suite.all.map(\.name).joined(separator: " "))
        }
        (self.suite, self.size) = (suite, size)
        let all = parts.count == 1 ? try suite.entries(size: size) : try Self.level(parts[1], of: suite, size: size)
        try choose(from: all, only: only, target: target)
    }

    private mutating func choose(
        from all: [Suite.Entry], only: [Int]?, target: String
    ) throws(KernelwrightError) {
        let known = Set(all.map(\.number))
        if let unknown = only?.first(where: { !known.contains($0) }) {
            throw KernelwrightError(
                .badInput, "\(target) has no workload \(unknown)",
                hint: "numbers are \(known.min() ?? 0) to \(known.max() ?? 0)")
        }
        let admissions = try AdmissionTable(suite: suite)
        for entry in all where only?.contains(entry.number) ?? true {
            if case .excluded(let reason) = admissions[entry.id, size] {
                excluded.append(.init(workload: entry.id, name: entry.name, reason: reason))
            } else {
                entries.append(entry)
            }
        }
    }

    private static func level(
        _ text: String, of suite: Suite, size: SizePreset
    ) throws(KernelwrightError) -> [Suite.Entry] {
        guard let level = Int(text) else {
            throw KernelwrightError(
                .badInput, "suite \(suite.name) has no level '\(text)'",
                hint: "levels are \(suite.levels.lowerBound) to \(suite.levels.upperBound)")
        }
        return try suite.entries(level: level, size: size)
    }
}

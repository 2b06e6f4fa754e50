import Foundation
import KernelIR

/// A catalogue of published workloads, traced at the size presets and shipped as data.
public struct Suite: Sendable, Hashable {
    /// The place of one workload in its suite.
    public struct Entry: Sendable, Hashable {
        /// `suite/level/number`, e.g. `kernelbench/1/23`.
        public var id: String
        public var level: Int
        public var number: Int
        /// The published name, e.g. `23_Softmax`.
        public var name: String
    }

    /// The first part of every id.
    public var name: String
    public var levels: ClosedRange<Int>

    /// KernelBench levels 1 to 3, 250 workloads (ScalingIntelligence/KernelBench, commit 423217d).
    public static let kernelBench = Suite(name: "kernelbench", levels: 1...3)

    /// All suites that ship with the package.
    public static let all = [kernelBench]

    /// Every workload of one level at one size, in order; throws `badInput` for an unknown level.
    public func entries(level: Int, size: SizePreset) throws(KernelwrightError) -> [Entry] {
        try pack(level: level, size: size).index.map { entry(level: level, $0) }
    }

    /// Every workload at one size, by level and number.
    public func entries(size: SizePreset) throws(KernelwrightError) -> [Entry] {
        var all: [Entry] = []
        for level in levels { all += try entries(level: level, size: size) }
        return all
    }

    /// Loads one workload, decompressing nothing else; throws `badInput` naming the legal numbers.
    public func workload(level: Int, number: Int, size: SizePreset) throws(KernelwrightError) -> Workload {
        let pack = try pack(level: level, size: size)
        guard let position = pack.index.firstIndex(where: { $0.number == number }) else {
            throw unknown("\(name)/\(level)/\(number)", pack.index)
        }
        var workload = try pack.workload(at: position)
        workload.admit(try AdmissionTable(suite: self)[entry(level: level, pack.index[position]).id, size])
        return workload
    }

    /// Loads every workload of one level at one size, in order.
    public func workloads(level: Int, size: SizePreset) throws(KernelwrightError) -> [Workload] {
        let pack = try pack(level: level, size: size)
        let admissions = try AdmissionTable(suite: self)
        var all: [Workload] = []
        for (position, line) in pack.index.enumerated() {
            all.append(try pack.workload(at: position))
            all[position].admit(admissions[entry(level: level, line).id, size])
        }
        return all
    }

    /// Loads the workload of an id such as `kernelbench/1/23`; throws `badInput` naming the legal ids.
    public static func workload(id: String, size: SizePreset) throws(KernelwrightError) -> Workload {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        guard let suite = all.first(where: { $0.name == parts[0] }), parts.count == 3,
            let level = Int(parts[1]), let number = Int(parts[2])
        else {
            throw KernelwrightError(
                .badInput, "unknown workload \(id)",
                hint: "write kernelbench/LEVEL/NUMBER, e.g. kernelbench/1/23, or the path of a workload's JSON file")
        }
        return try suite.workload(level: level, number: number, size: size)
    }

    private func entry(level: Int, _ line: WorkloadPack.Line) -> Entry {
        Entry(id: "\(name)/\(level)/\(line.number)", level: level, number: line.number, name: line.name)
    }

    private func pack(level: Int, size: SizePreset) throws(KernelwrightError) -> WorkloadPack {
        guard levels.contains(level) else {
            throw KernelwrightError(
                .badInput, "suite \(name) has no level \(level)",
                hint: "levels are \(levels.lowerBound) to \(levels.upperBound)")
        }
        return try WorkloadPack(resource: "\(name)-\(size.rawValue)-\(level)")
    }

    private func unknown(_ id: String, _ index: [WorkloadPack.Line]) -> KernelwrightError {
        let numbers = index.map(\.number)
        return KernelwrightError(
            .badInput, "unknown workload \(id)",
            hint: "numbers of that level are \(numbers.min() ?? 0) to \(numbers.max() ?? 0)")
    }
}

extension Workload {
    /// Takes over the distributions that are recorded for an admitted workload.
    fileprivate mutating func admit(_ admission: Admission?) {
        if case .admitted(let distributions)? = admission { self.distributions = distributions }
    }
}

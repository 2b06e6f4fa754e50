import KernelIR
import Operators
import Workloads

/// A workload that takes part in a study.
public struct StudyWorkload: Sendable {
    /// A suite's id, or `study/NAME`.
    public let id: String
    public let workload: Workload
    public let program: TensorProgram

    /// The seed of this workload's base kernels under a study's seed.
    public func drawSeed(_ seed: UInt64) -> UInt64 { root(seed).words[0] }

    /// The seed of everything that is drawn for this workload.
    func root(_ seed: UInt64) -> Seed { Seed(seed).derived(for: id) }

    /// The levels of KernelBench whose single kernels and short chains are studied.
    private static let levels = 1...2

    /// Every workload of those levels that the built-in author can write, and the study's own with awkward extents.
    ///
    /// - Parameters:
    ///   - size: the size at which the suite was traced.
    ///   - only: ids to keep; nil keeps all. Throws `badInput` for one that is not there.
    public static func all(size: SizePreset, only: [String]? = nil) throws(KernelwrightError) -> [StudyWorkload] {
        var found: [StudyWorkload] = []
        for level in levels {
            let entries = try Suite.kernelBench.entries(level: level, size: size)
            let workloads = try Suite.kernelBench.workloads(level: level, size: size)
            for (entry, workload) in zip(entries, workloads) {
                guard let program = try? lower(workload) else { continue }
                found.append(StudyWorkload(id: entry.id, workload: workload, program: program))
            }
        }
        for workload in AwkwardWorkloads.all {
            found.append(StudyWorkload(id: "study/" + workload.name, workload: workload, program: try lower(workload)))
        }
        guard let only else { return found }
        if let unknown = only.first(where: { id in !found.contains { $0.id == id } }) {
            throw KernelwrightError(
                .badInput, "\(unknown) takes no part in the study",
                hint: "workloads: " + found.map(\.id).joined(separator: " "))
        }
        return found.filter { only.contains($0.id) }
    }
}

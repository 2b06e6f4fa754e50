import KernelIR
import Policies

extension Library {
    /// Beyond it, a schedule says too little about another workload's.
    static let farthest = 8.0

    /// Schedules certified for this workload under other conditions or for the nearest others, the nearest first: at most
    /// `count` with different parameters.
    ///
    /// Of records at equal distance the one with the greater merit comes first. O(records).
    public func precedents(
        for features: WorkloadFeatures, machine: String, precision: String, count: Int = 3
    ) throws(KernelwrightError) -> [Precedent] {
        // Another precision has choices that this one forbids.
        let known = try records().filter { $0.question.precision == precision }
        let near = known.compactMap { record -> (record: LibraryRecord, distance: Double)? in
            // Another processor is another matter: one unit, as a factor of two in size.
            let distance = features.distance(to: record.features) + (record.question.machine == machine ? 0 : 1)
            return distance <= Self.farthest ? (record, distance) : nil
        }
        let ordered = near.sorted { first, second in
            (first.distance, -first.record.merit, first.record.id ?? 0)
                < (second.distance, -second.record.merit, second.record.id ?? 0)
        }
        var precedents: [Precedent] = []
        for (record, distance) in ordered where precedents.count < count {
            guard let parameters = record.parameters, !precedents.contains(where: { $0.parameters == parameters })
            else { continue }
            precedents.append(
                Precedent(
                    workload: record.workload, workloadHash: record.question.workload, distance: distance,
                    certificate: record.certificate, parameters: parameters))
        }
        return precedents
    }
}

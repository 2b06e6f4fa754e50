import KernelIR
import Workers
import Workloads

/// Puts controls before the judge's own comparison.
struct ControlTrial {
    let workload: Workload
    let set: InputSet
    private let outputs: ControlOutputs

    /// - Parameter otherSeed: draws what controls know instead of the set's inputs or parameters.
    init(
        _ workload: Workload, _ set: InputSet, drawnFrom distribution: InputDistribution, otherSeed: Seed
    ) throws(KernelwrightError) {
        self.workload = workload
        self.set = set
        outputs = try ControlOutputs(workload, set, drawnFrom: distribution, otherSeed: otherSeed)
    }

    /// Judges every control that fits the workload, in a fixed order; overwrites the set's output memory.
    func run() throws(KernelwrightError) -> [ControlResult] {
        var results: [ControlResult] = []
        for control in Control.all(for: workload) { results.append(try judge(control)) }
        return results
    }

    private func judge(_ control: Control) throws(KernelwrightError) -> ControlResult {
        for (values, expected) in zip(try outputs.values(of: control), set.expected) {
            guard let bytes = set.buffers.bytes(of: expected.name) else { continue }
            for (index, value) in values.enumerated() { expected.dtype.store(value, to: bytes, at: index) }
        }
        let report = OutputReport(set)
        let severity = report.discrepancies.map(\.severity).max() ?? 0
        return ControlResult(
            control: control.name, passed: report.isAcceptable, severity: severity.isFinite ? severity : nil)
    }
}

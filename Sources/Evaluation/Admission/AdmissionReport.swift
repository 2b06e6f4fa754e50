import KernelIR
import Workloads

/// Everything that was found out about one workload, with the decision that follows from it.
public struct AdmissionReport: Sendable, Hashable, Codable {
    /// The workload's id or path, as the user named it.
    public var workload: String
    public var name: String
    /// In the order in which they were examined.
    public var distributions: [DistributionReport]
    /// Why the reference cannot compute it, or nil.
    public var failure: String?
    /// The decision; nil where the reference cannot compute the workload.
    public var decision: Admission?

    /// Decides from the reports.
    public init(workload: String, name: String, distributions: [DistributionReport], failure: String? = nil) {
        self.workload = workload
        self.name = name
        self.distributions = distributions
        self.failure = failure
        decision = failure == nil ? Self.decide(distributions) : nil
    }

    /// Timed on the first telling distribution of this list, KernelBench's own first.
    private static let timed: [InputDistribution] = [
        .uniform, .normal, .drifting, .heavyTailed, .zeroRich, .largeMagnitude,
    ]
    /// Checked beside it on the first other one of this list, signs first.
    private static let checking: [InputDistribution] = [
        .normal, .drifting, .heavyTailed, .zeroRich, .largeMagnitude, .uniform,
    ]

    /// How many telling distributions make further ones unnecessary.
    static let enough = 2

    private static func decide(_ reports: [DistributionReport]) -> Admission {
        let telling = Set(reports.filter(\.isTelling).map(\.distribution))
        guard let timed = timed.first(where: telling.contains) else { return .excluded(reason: reason(reports)) }
        guard let other = checking.first(where: { $0 != timed && telling.contains($0) }) else {
            return .admitted([timed])
        }
        return .admitted([other, timed])
    }

    /// What holds under every distribution, else what holds under the first.
    private static func reason(_ reports: [DistributionReport]) -> String {
        guard let first = reports.first else { return "no distribution was examined" }
        if reports.allSatisfy(\.isZero) { return "every output is identically zero" }
        let finite = reports.filter { $0.finiteShare >= DistributionReport.leastFiniteShare }
        guard !finite.isEmpty else { return "most outputs are not finite under any distribution" }
        let passing = finite.map { Set($0.controls.filter(\.passed).map(\.control)) }
        let common = passing.dropFirst().reduce(passing[0]) { $0.intersection($1) }
        let place = common.isEmpty ? "under \(finite[0].distribution.rawValue) inputs: " : ""
        let named = first.controls.map(\.control).filter { (common.isEmpty ? passing[0] : common).contains($0) }
        return place + "the judge accepts " + named.map { "'\($0)'" }.joined(separator: ", ")
    }
}

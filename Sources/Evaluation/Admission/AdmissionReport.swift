import Foundation
import KernelIR
import Reference
import Workloads

/// Everything that was found out about one workload, with the decision that follows from it.
public struct AdmissionReport: Sendable, Hashable, Codable {
    /// The workload's id or path, as the user named it.
    public var workload: String
    public var name: String
    /// Of what was examined; a file may hold another workload later. Nil in records that do not say.
    public var contentHash: String?
    /// In the order in which they were examined.
    public var distributions: [DistributionReport]
    /// Why the reference cannot compute it, or nil.
    public var failure: String?
    /// The decision; nil where the reference cannot compute the workload.
    public var decision: Admission?

    /// Decides from the reports.
    public init(
        workload: String, name: String, contentHash: String? = nil, distributions: [DistributionReport],
        failure: String? = nil
    ) {
        self.workload = workload
        self.name = name
        self.contentHash = contentHash
        self.distributions = distributions
        self.failure = failure
        decision = failure == nil ? Self.decide(distributions) : nil
    }

    /// Timed on the first clear distribution of this list, KernelBench's own first.
    private static let timed: [InputDistribution] = [
        .uniform, .normal, .drifting, .heavyTailed, .zeroRich, .largeMagnitude, .nearOne,
    ]
    /// Checked on the first other clear one of this list, signs first.
    private static let checking: [InputDistribution] = [
        .normal, .drifting, .heavyTailed, .zeroRich, .largeMagnitude, .nearOne, .uniform,
    ]

    /// How many distributions under which every control fails by far make further ones unnecessary.
    static let enough = 2

    private static func decide(_ reports: [DistributionReport]) -> Admission {
        let telling = reports.filter(\.isTelling)
        guard let timed = best(of: telling, in: timed) else { return .excluded(reason: reason(reports)) }
        let others = telling.filter { $0.distribution != timed }
        return .admitted([best(of: others, in: checking)].compactMap { $0 } + [timed])
    }

    /// The first clear distribution of a list, else the one with the largest margin.
    private static func best(of reports: [DistributionReport], in list: [InputDistribution]) -> InputDistribution? {
        let clear = Set(reports.filter(\.isClear).map(\.distribution))
        return list.first(where: clear.contains) ?? reports.max { $0.margin < $1.margin }?.distribution
    }

    /// What holds under every distribution, else what holds under the first.
    private static func reason(_ reports: [DistributionReport]) -> String {
        guard let first = reports.first else { return "no distribution was examined" }
        if reports.allSatisfy(\.isZero) { return "every output is identically zero" }
        let finite = reports.filter { $0.finiteShare >= DistributionReport.leastFiniteShare }
        guard !finite.isEmpty else { return "most outputs are not finite under any distribution" }
        let settled = finite.filter { $0.isSettled != false }
        guard !settled.isEmpty else { return Self.unsettled(finite) }
        let passing = settled.map { Set($0.controls.filter(\.passed).map(\.control)) }
        let common = passing.dropFirst().reduce(passing[0]) { $0.intersection($1) }
        let place = common.isEmpty ? "under \(settled[0].distribution.rawValue) inputs: " : ""
        let named = first.controls.map(\.control).filter { (common.isEmpty ? passing[0] : common).contains($0) }
        return place + "the judge accepts " + named.map { "'\($0)'" }.joined(separator: ", ")
    }

    /// What is wrong where honest kernels differ from one another.
    private static func unsettled(_ reports: [DistributionReport]) -> String {
        let errors = reports.map(\.plain.normwise).sorted()
        let range = [errors.first, errors.last].compactMap { $0 }.map { String(format: "%.0e", $0) }
        return "its types do not settle the outputs: plain arithmetic is \(range.joined(separator: " to ")) off in norm"
    }
}

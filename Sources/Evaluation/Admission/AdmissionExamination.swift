import KernelIR
import Reference
import Workers
import Workloads

/// Examines one workload: the reference, every baseline and every control, on several input distributions.
public struct AdmissionExamination: Sendable {
    /// Id or path.
    public var id: String
    public var workload: Workload
    /// Always examined; the others only where these leave fewer than two under which every control fails by far.
    public var distributions: [InputDistribution]
    public var baselines: [BaselineSource]
    /// Decides every draw: no secret here, because no candidate runs.
    public var seed: Seed
    public var cache: ExpectedOutputCache?
    public var limits: Limits
    public var time: MonotonicTime

    public init(
        id: String, workload: Workload, distributions: [InputDistribution], baselines: [BaselineSource] = [],
        seed: Seed = Seed(0), cache: ExpectedOutputCache? = nil, limits: Limits = Limits(),
        time: MonotonicTime = .system
    ) {
        self.id = id
        self.workload = workload
        self.distributions = distributions
        self.baselines = baselines
        self.seed = seed
        self.cache = cache
        self.limits = limits
        self.time = time
    }

    /// Examines one distribution after the other, one input set in memory at a time.
    ///
    /// A workload that the reference cannot compute is a report that says so; throws `missingComponent` when memory runs
    /// out.
    public func run() async throws(KernelwrightError) -> AdmissionReport {
        var benches = baselines.map { BaselineBench($0, limits: limits) }
        defer { for bench in benches { bench.stop() } }
        var reports: [DistributionReport] = []
        let others = InputDistribution.allCases.filter { !distributions.contains($0) && $0 != .sparse }
        do throws(KernelwrightError) {
            for (index, distribution) in (distributions + others).enumerated() {
                let isRequired = index < distributions.count
                if !isRequired, reports.filter(\.isClear).count >= AdmissionReport.enough { break }
                reports.append(try await examine(distribution, &benches))
            }
        } catch  where error.code == .badInput {
            return AdmissionReport(
                workload: id, name: workload.name, contentHash: workload.contentHash, distributions: reports,
                failure: error.message)
        }
        return AdmissionReport(
            workload: id, name: workload.name, contentHash: workload.contentHash, distributions: reports)
    }

    private func examine(
        _ distribution: InputDistribution, _ benches: inout [BaselineBench]
    ) async throws(KernelwrightError) -> DistributionReport {
        let inputs = ReferenceInputs(workload, seed: seed, cache: cache)
        let began = time.now
        let set = try inputs.draw(
            distribution, seed: seed.derived(for: distribution.rawValue), name: distribution.rawValue)
        let seconds = (time.now - began).seconds
        var baselines: [BaselineReport] = []
        for index in benches.indices { baselines.append(try await benches[index].judge(on: set)) }
        let otherSeed = seed.derived(for: distribution.rawValue + " other")
        let controls = try ControlTrial(workload, set, drawnFrom: distribution, otherSeed: otherSeed).run()
        let elements = set.expected.map(\.values.count).reduce(0, +)
        let finite = set.expected.map(\.finiteCount).reduce(0, +)
        return DistributionReport(
            distribution: distribution, referenceSeconds: seconds, plain: Self.worst(set.expected.map(\.plain)),
            finiteShare: elements == 0 ? 0 : Double(finite) / Double(elements),
            isZero: finite == elements && set.expected.allSatisfy { $0.norm == 0 },
            isSettled: set.expected.allSatisfy(\.isSettled), controls: controls, baselines: baselines)
    }

    private static func worst(_ errors: [PlainError]) -> PlainError {
        PlainError(
            normwise: errors.map(\.normwise).max() ?? 0, elementwise: errors.map(\.elementwise).max() ?? 0)
    }
}

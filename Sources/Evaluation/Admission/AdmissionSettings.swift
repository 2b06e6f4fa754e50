import Workloads

/// What decides the result of an admission run beside the workload and the code; the first line of its record.
public struct AdmissionSettings: Sendable, Hashable, Codable {
    /// The suite's size; nil for a workload of a file.
    public var size: SizePreset?
    public var distributions: [InputDistribution]
    /// Names of the baselines, in order.
    public var baselines: [String]
    public var seed: UInt64

    public init(size: SizePreset?, distributions: [InputDistribution], baselines: [String], seed: UInt64) {
        self.size = size
        self.distributions = distributions
        self.baselines = baselines
        self.seed = seed
    }
}

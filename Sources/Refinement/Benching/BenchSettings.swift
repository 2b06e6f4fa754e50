import KernelIR

/// What a bench was asked for, for every workload alike. Two benches with equal settings are the same one, so one can
/// resume the other.
public struct BenchSettings: Sendable, Hashable, Codable {
    /// A suite, or one level of it, e.g. `kernelbench/1`.
    public var suite: String
    /// The asked numbers in order; nil for all.
    public var only: [Int]?
    /// The size preset.
    public var size: String
    /// The device's id, e.g. `opencl:0`.
    public var device: String
    /// Device, driver and processor: figures of different machines never share a table.
    public var machine: String
    /// What winners are compared with, the main baseline first; it takes part in the search.
    public var baselines: [String]
    /// The distribution of all inputs; nil takes each workload's own.
    public var distribution: String?
    /// Seconds of search for each workload; the oracle and certification are not part of it.
    public var budgetSeconds: Double
    public var policy: String
    /// The most turns for each workload.
    public var turns: Int
    /// Drives proposals; inputs never depend on it.
    public var seed: UInt64
    public var deterministic: Bool
    public var frozenParameters: Bool
    /// The 16-bit type that values may be stored in; nil holds kernels to the declared types, as in older records.
    public var precision: DType?
    public var unsandboxed: Bool

    public init(
        suite: String, only: [Int]? = nil, size: String, device: String, machine: String, baselines: [String],
        distribution: String? = nil, budgetSeconds: Double, policy: String, turns: Int, seed: UInt64 = 0,
        deterministic: Bool = false, frozenParameters: Bool = false, unsandboxed: Bool = false,
        precision: DType? = nil
    ) {
        self.suite = suite
        self.precision = precision
        self.only = only
        self.size = size
        self.device = device
        self.machine = machine
        self.baselines = baselines
        self.distribution = distribution
        self.budgetSeconds = budgetSeconds
        self.policy = policy
        self.turns = turns
        self.seed = seed
        self.deterministic = deterministic
        self.frozenParameters = frozenParameters
        self.unsandboxed = unsandboxed
    }
}

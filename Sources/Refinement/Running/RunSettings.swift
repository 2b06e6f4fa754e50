import KernelIR

/// What a run was asked for. Two runs of one workload with equal settings are the same run, so one can resume the other.
public struct RunSettings: Sendable, Hashable, Codable {
    /// As many as compile workers on a machine with two cores or more; the same everywhere, since proposals depend on it.
    public static let usualLookahead = 2

    /// The workload as the user named it.
    public var workload: String
    /// The workload's content hash.
    public var workloadHash: String
    /// The device's id, e.g. `opencl:0`.
    public var device: String
    /// The size preset; nil for a workload file.
    public var size: String?
    /// The policy's name.
    public var policy: String
    /// What the policy was given beside its observations, e.g. a language model's name; nil for the built-in authors.
    public var author: String?
    /// The most turns of one trajectory.
    public var turns: Int
    /// Parallel trajectories, which take turns on the device.
    public var trajectories: Int
    /// Trajectories that are kept after each turn, from which all go on; nil lets each go on from its own turns.
    public var beam: Int?
    /// Seconds after which no turn begins; the oracle and certification are not part of it.
    public var budgetSeconds: Double
    /// Candidates that are proposed and compiled together; nil for one at a time.
    public var lookahead: Int?
    /// Drives proposals; inputs never depend on it.
    public var seed: UInt64
    /// The names of what candidates are compared with, commas between, the main one first; nil compares with nothing.
    public var baseline: String?
    /// The distribution of all inputs; nil takes the workload's own.
    public var distribution: String?
    /// Whether only kernels whose runs agree bit for bit are accepted.
    public var deterministic: Bool
    /// Whether launches of phase `prepare` are left out of timed calls.
    public var frozenParameters: Bool
    /// The 16-bit type that values may be stored in; nil holds kernels to the declared types, as in older records.
    public var precision: DType?
    /// Whether candidates run without the sandbox.
    public var unsandboxed: Bool
    /// A hash of the kernel to start from, where there is one.
    public var start: String?
    /// When a trajectory counts as converged.
    public var convergence: Convergence

    public init(
        workload: String, workloadHash: String, device: String, size: String? = nil, policy: String, turns: Int,
        trajectories: Int = 1, budgetSeconds: Double, lookahead: Int? = nil, seed: UInt64 = 0, baseline: String? = nil,
        distribution: String? = nil,
        deterministic: Bool = false, frozenParameters: Bool = false, unsandboxed: Bool = false, start: String? = nil,
        precision: DType? = nil,
        convergence: Convergence = Convergence(), author: String? = nil, beam: Int? = nil
    ) {
        self.author = author
        self.beam = beam
        self.workload = workload
        self.precision = precision
        self.workloadHash = workloadHash
        self.device = device
        self.size = size
        self.policy = policy
        self.turns = turns
        self.trajectories = trajectories
        self.budgetSeconds = budgetSeconds
        self.lookahead = lookahead
        self.seed = seed
        self.baseline = baseline
        self.distribution = distribution
        self.deterministic = deterministic
        self.frozenParameters = frozenParameters
        self.unsandboxed = unsandboxed
        self.start = start
        self.convergence = convergence
    }
}

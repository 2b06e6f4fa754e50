import KernelIR
import Refinement

/// What decides a study of how to split a number of candidates.
public struct ScalingSettings: Sendable, Hashable, Codable {
    /// Ids of the workloads, in their order.
    public var workloads: [String]
    public var size: String
    public var device: String
    /// What speed-ups are ratios to.
    public var baseline: String
    /// Whether times are predictions of a device's model.
    public var isPredicted: Bool
    public var policy: String
    /// What a language model was given; nil for the built-in authors, which are none.
    public var author: String?
    /// Candidates of every run.
    public var candidates: Int
    /// How they are split, e.g. `16x4`; the first is what others are compared with.
    public var splits: [String]
    /// How inputs are drawn, where it was chosen.
    public var distribution: String?
    public var deterministic: Bool
    public var frozenParameters: Bool
    /// The 16-bit type that values may be stored in; nil holds to the declared types.
    public var precision: DType?
    public var unsandboxed: Bool
    /// Drives proposals and intervals.
    public var seed: UInt64

    public init(
        workloads: [String], size: String, device: String, baseline: String, isPredicted: Bool = false, policy: String,
        author: String? = nil, candidates: Int, splits: [SearchShape], distribution: String? = nil,
        deterministic: Bool = false, frozenParameters: Bool = false, precision: DType? = nil,
        unsandboxed: Bool = false, seed: UInt64
    ) {
        self.workloads = workloads
        self.size = size
        self.device = device
        self.baseline = baseline
        self.isPredicted = isPredicted
        self.policy = policy
        self.author = author
        self.candidates = candidates
        self.splits = splits.map(\.description)
        self.distribution = distribution
        self.deterministic = deterministic
        self.frozenParameters = frozenParameters
        self.precision = precision
        self.unsandboxed = unsandboxed
        self.seed = seed
    }
}

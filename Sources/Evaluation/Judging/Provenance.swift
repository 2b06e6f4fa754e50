import KernelIR
import Workloads

/// What a reader needs to know to repeat a measurement, or to tell why a repetition differs.
public struct Provenance: Sendable, Hashable, Codable {
    /// The device's identifier and name, e.g. `opencl:0 cpu-haswell-…`.
    public var device: String
    /// The driver with its version, e.g. `PoCL 3.1`.
    public var driver: String
    /// The compiler behind the driver, where it tells.
    public var compiler: String?
    /// The host's processor model.
    public var hostCPU: String
    /// Versions of the components that took part, by name: `kernelwright`, `onnxruntime`, `bubblewrap`, …
    public var versions: [String: String]
    /// The seed behind all input sets; nil until the run is over, when it is revealed.
    public var seed: Seed?
    /// The seed behind the inputs of timed rounds, their order and their lots, where it is another one.
    public var timingSeed: Seed?
    /// The project's commit, where it is known.
    public var commit: String?
    /// Whether the candidate ran inside the sandbox.
    public var sandboxed: Bool
    /// The clock that timed it.
    public var clock: String
    /// The 16-bit type in which the candidate was allowed to store values; nil where it was held to the declared types.
    /// Verdicts under different precisions are not comparable.
    public var precision: DType?

    public init(
        device: String, driver: String, compiler: String? = nil, hostCPU: String, versions: [String: String] = [:],
        seed: Seed? = nil, timingSeed: Seed? = nil, commit: String? = nil, sandboxed: Bool,
        clock: String = "CLOCK_MONOTONIC", precision: DType? = nil
    ) {
        self.precision = precision
        self.device = device
        self.driver = driver
        self.compiler = compiler
        self.hostCPU = hostCPU
        self.versions = versions
        self.seed = seed
        self.timingSeed = timingSeed
        self.commit = commit
        self.sandboxed = sandboxed
        self.clock = clock
    }
}

import Crypto
import Evaluation
import Foundation
import Workloads

/// What a record answers: the fastest kernel of one workload, on one machine, under one set of conditions and rules.
///
/// Whatever could change the kernel's correctness or its ratio is part of it; how long somebody searched is not.
public struct Question: Sendable, Hashable, Codable {
    /// The workload's content hash.
    public var workload: String
    /// How inputs are drawn; empty for the judge's own choice.
    public var distributions: [InputDistribution]
    /// The device's identifier, e.g. `opencl:0`.
    public var device: String
    /// Processor, drivers, what the device rests on, and installed baselines, as `MachineIdentity` and the installation tell them.
    public var machine: String
    /// What kernels are compared with, the main baseline first.
    public var baselines: [String]
    /// How exact results must be, e.g. `declared`.
    public var precision: String
    public var caches: CacheState
    public var deterministic: Bool
    public var frozenParameters: Bool
    /// Whether candidates are confined.
    public var sandboxed: Bool
    /// The rules a certificate was given under.
    public var toleranceVersion = Tolerance.version
    public var procedureVersion = VerdictRecord.currentProcedure

    public init(
        workload: Workload, device: String, machine: String, baselines: [String], precision: String,
        caches: CacheState, deterministic: Bool, frozenParameters: Bool, sandboxed: Bool
    ) {
        self.workload = workload.contentHash
        distributions = workload.distributions
        self.device = device
        self.machine = machine
        self.baselines = baselines
        self.precision = precision
        self.caches = caches
        self.deterministic = deterministic
        self.frozenParameters = frozenParameters
        self.sandboxed = sandboxed
    }

    /// SHA-256 of the canonical JSON form, in hexadecimal: equal questions have equal keys.
    public var key: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(self) else { preconditionFailure("every question has a JSON form") }
        return SHA256.hash(data: json).map { String(format: "%02x", $0) }.joined()
    }
}

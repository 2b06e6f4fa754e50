import KernelIR
import Reference
import Workloads

/// What was found out about a workload under one input distribution.
public struct DistributionReport: Sendable, Hashable, Codable {
    public var distribution: InputDistribution
    /// Wall seconds of the expected outputs: the fp64 run and the plain run, or reading them back.
    public var referenceSeconds: Double
    /// The error of a plain implementation in the declared types, of the worst output.
    public var plain: PlainError
    /// The share of expected elements that are finite.
    public var finiteShare: Double
    /// Whether every expected element is zero.
    public var isZero: Bool
    /// Whether the declared types settle the outputs, so that an honest kernel is certain to pass; nil in records that do
    /// not say.
    public var isSettled: Bool?
    public var controls: [ControlResult]
    public var baselines: [BaselineReport]

    public init(
        distribution: InputDistribution, referenceSeconds: Double, plain: PlainError, finiteShare: Double, isZero: Bool,
        isSettled: Bool? = nil, controls: [ControlResult], baselines: [BaselineReport]
    ) {
        self.distribution = distribution
        self.referenceSeconds = referenceSeconds
        self.plain = plain
        self.finiteShare = finiteShare
        self.isZero = isZero
        self.isSettled = isSettled
        self.controls = controls
        self.baselines = baselines
    }

    /// Less than this share of finite elements says nothing about a kernel.
    static let leastFiniteShare = 0.5

    /// A margin that is not a matter of the tensors' size: a mean over n independent elements lies 1/√n beside what is
    /// known of it beforehand, which a larger preset may bring below the tolerance.
    static let clearMargin = 1000.0

    /// The least severity of all controls; above 1 all of them fail.
    public var margin: Double {
        controls.map { $0.passed ? min($0.severity ?? 0, 1) : $0.severity ?? .infinity }.min() ?? .infinity
    }

    /// Whether the judge can tell a kernel from a shortcut under this distribution, and an honest kernel from a wrong one.
    public var isTelling: Bool {
        finiteShare >= Self.leastFiniteShare && isSettled != false && !controls.contains(where: \.passed)
    }

    /// Whether it can at every size.
    public var isClear: Bool { isTelling && margin >= Self.clearMargin }
}

/// How one baseline's outputs compare with the expected ones.
public struct BaselineReport: Sendable, Hashable, Codable {
    public enum Status: String, Sendable, Hashable, Codable {
        /// Within the bounds of a baseline.
        case agrees
        /// Disqualified.
        case wrong
        /// It cannot run this workload.
        case unable
        /// It is not installed; the message says how to get it.
        case missing
    }

    public var name: String
    /// Its version; nil where it did not start.
    public var version: String?
    public var status: Status
    /// Why it does not agree.
    public var message: String?
    /// The errors; nil where it did not run.
    public var accuracy: Accuracy?

    public init(
        name: String, version: String? = nil, status: Status, message: String? = nil, accuracy: Accuracy? = nil
    ) {
        self.name = name
        self.version = version
        self.status = status
        self.message = message
        self.accuracy = accuracy
    }
}

import ArgumentParser
import Evaluation
import Workloads

extension SizePreset: ExpressibleByArgument {}

extension InputDistribution: ExpressibleByArgument {}

/// How exact a result must be.
enum PrecisionName: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// The arithmetic of the declared types.
    case declared
}

extension CacheState: ExpressibleByArgument {}

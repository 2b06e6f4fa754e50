import ArgumentParser
import Workloads

extension SizePreset: ExpressibleByArgument {}

/// What candidates are compared with.
enum BaselineName: String, ExpressibleByArgument, CaseIterable, Sendable {
    case onnxruntime
    /// Compares with nothing: times only.
    case none
}

/// How exact a result must be.
enum PrecisionName: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// The arithmetic of the declared types.
    case declared
}

import ArgumentParser
import Evaluation
import Workloads

extension SizePreset: ExpressibleByArgument {}

/// What candidates are compared with.
enum BaselineName: String, ExpressibleByArgument, CaseIterable, Sendable {
    case onnxruntime
    case pytorchEager = "pytorch-eager"
    case pytorchCompile = "pytorch-compile"
    /// Compares with nothing: times only.
    case none

    /// What computes the baseline; nil for `none`.
    var runtime: BaselineRuntime? { BaselineRuntime(rawValue: rawValue) }
}

/// How exact a result must be.
enum PrecisionName: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// The arithmetic of the declared types.
    case declared
}

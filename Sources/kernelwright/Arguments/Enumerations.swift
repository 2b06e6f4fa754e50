import ArgumentParser
import Evaluation
import KernelIR
import Refinement
import Workloads

extension SizePreset: ExpressibleByArgument {}

extension InputDistribution: ExpressibleByArgument {}

/// How exact a result must be.
enum PrecisionName: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// The declared types.
    case declared
    /// Float32 values may be stored as float16 or bfloat16; arithmetic stays in float32.
    case fp16, bf16

    /// The name of the axis on which a type may be used in storage.
    init(_ type: DType?) {
        switch type {
        case .float16: self = .fp16
        case .bfloat16: self = .bf16
        default: self = .declared
        }
    }

    /// The 16-bit type that values may be stored in; nil for none.
    var type: DType? {
        switch self {
        case .declared: nil
        case .fp16: .float16
        case .bf16: .bfloat16
        }
    }

    /// What a reader must know before comparing times; nil for the usual precision.
    var note: String? {
        self == .declared ? nil : "ranked under \(rawValue), not comparable with declared"
    }
}

extension CacheState: ExpressibleByArgument {}

extension SearchShape: ExpressibleByArgument {
    /// Reads `16x4` or `16x4/4`.
    public init?(argument: String) { self.init(argument) }
}

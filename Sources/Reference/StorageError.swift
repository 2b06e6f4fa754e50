import KernelIR
import Workloads

/// How far a plain implementation that stores everything in a 16-bit type, and computes in float32, lies from the oracle
/// on one output: the yardstick of tolerances under a lower precision.
public struct StorageError: Sendable, Hashable, Codable {
    /// The type in which values are stored: `float16` or `bfloat16`.
    public var type: DType
    /// In the same measures as in the declared types.
    public var error: PlainError
    /// Whether some element is finite in the oracle and not here: the type's range does not suffice.
    public var overflows: Bool

    public init(type: DType, error: PlainError, overflows: Bool) {
        (self.type, self.error, self.overflows) = (type, error, overflows)
    }

    /// Runs the whole workload with every float32 input, parameter and result of a node rounded to a 16-bit type, and
    /// compares each output with the oracle's; sums accumulate in float32.
    ///
    /// - Returns: nil for outputs that the workload does not declare float32, which storage does not concern.
    /// - Throws: as the executor does.
    public static func measure(
        _ workload: Workload, storedIn type: DType, reading argument: (TensorSpec) -> Tensor<Float>?,
        expected: [Tensor<Double>]
    ) throws(KernelwrightError) -> [StorageError?] {
        let outputs = try ReferenceExecutor<Float>(workload.storing(in: type)).run { narrowed in
            guard let spec = workload.tensor(narrowed.name), var tensor = argument(spec) else { return nil }
            tensor.dtype = narrowed.dtype
            return tensor.roundedToDeclaredType()
        }
        return zip(outputs, expected).map { found, wanted in
            guard wanted.dtype == .float32 else { return nil }
            let overflows = zip(found.values, wanted.values).contains { !$0.isFinite && $1.isFinite }
            return StorageError(type: type, error: PlainError(of: found, expected: wanted), overflows: overflows)
        }
    }
}

extension Workload {
    /// The input or parameter of that name.
    fileprivate func tensor(_ name: String) -> TensorSpec? { (inputs + parameters).first { $0.name == name } }

    /// The same graph with every float32 tensor declared as a 16-bit type.
    fileprivate func storing(in type: DType) -> Workload {
        func narrowed(_ declared: DType) -> DType { declared == .float32 ? type : declared }
        var copy = self
        for index in copy.inputs.indices { copy.inputs[index].dtype = narrowed(inputs[index].dtype) }
        for index in copy.parameters.indices { copy.parameters[index].dtype = narrowed(parameters[index].dtype) }
        for index in copy.nodes.indices {
            copy.nodes[index].outputs = nodes[index].outputs.map {
                TensorType(dtype: narrowed($0.dtype), shape: $0.shape)
            }
        }
        return copy
    }
}

import KernelIR
import Reference
import Workers
import Workloads

/// Draws the inputs of a workload from its generators and computes the expected outputs with the fp64 reference.
///
/// One draw costs the oracle and one plain run; both are outside every budget.
public struct ReferenceInputs: InputSetSource {
    public let workload: Workload
    public let seed: Seed

    /// - Parameter seed: from the system's entropy, or a run's recorded one.
    public init(_ workload: Workload, seed: Seed) {
        self.workload = workload
        self.seed = seed
    }

    /// The buffers that a solution of the workload may name, scratch aside, in the workload's order.
    public static func buffers(of workload: Workload) -> [BufferSpec] {
        let inputs = workload.inputs.map {
            BufferSpec(name: $0.name, role: .input, dtype: $0.dtype, shape: $0.shape)
        }
        let parameters = workload.parameters.map {
            BufferSpec(name: $0.name, role: .parameter, dtype: $0.dtype, shape: $0.shape)
        }
        let outputs = zip(workload.outputs, workload.outputTypes).map { name, type in
            BufferSpec(name: name, role: .output, dtype: type.dtype, shape: type.shape)
        }
        return inputs + parameters + outputs
    }

    public func draw(_ role: InputSetRole) async throws(KernelwrightError) -> InputSet {
        let buffers = try BufferSet(Self.buffers(of: workload))
        let setSeed = seed.derived(for: role.rawValue)
        var arguments: [String: Tensor<Double>] = [:]
        for spec in workload.inputs + workload.parameters {
            guard let bytes = buffers.bytes(of: spec.name) else { continue }
            workload.fill(spec, inputs: role.distribution, seed: setSeed, into: bytes)
            arguments[spec.name] = Tensor(type: spec.type, bytes: UnsafeRawBufferPointer(bytes))
        }
        let outputs = try ReferenceExecutor<Double>(workload).run(arguments)
        let errors = try PlainError.measure(workload, arguments: arguments, expected: outputs)
        let length = workload.reductionLength
        let expected = workload.outputs.indices.map { index in
            ExpectedOutput(
                name: workload.outputs[index], dtype: outputs[index].dtype, values: outputs[index].values,
                plain: errors[index], reductionLength: length)
        }
        return InputSet(name: role.rawValue, buffers: buffers, expected: expected)
    }
}

extension InputSetRole {
    /// How inputs are drawn; parameters have a distribution of their own.
    fileprivate var distribution: InputDistribution {
        switch self {
        case .normal: .normal
        case .declared, .heldOut: .uniform
        }
    }
}

import KernelIR
import Reference
import Workers
import Workloads

/// The fp64 reference of a workload, asked about inputs as they lie in shared memory.
struct Oracle {
    let workload: Workload

    init(_ workload: Workload) { self.workload = workload }

    /// Inputs and parameters as the reference reads them.
    func arguments<Scalar: ReferenceScalar>(in buffers: BufferSet) -> [String: Tensor<Scalar>] {
        var arguments: [String: Tensor<Scalar>] = [:]
        for spec in workload.inputs + workload.parameters {
            guard let bytes = buffers.bytes(of: spec.name) else { continue }
            arguments[spec.name] = Tensor(type: spec.type, bytes: UnsafeRawBufferPointer(bytes))
        }
        return arguments
    }

    /// The expected outputs with their tolerances: one run in fp64 and one plain run.
    ///
    /// Throws `badInput` for an operator the reference does not have.
    func expected(for buffers: BufferSet) throws(KernelwrightError) -> [ExpectedOutput] {
        // One copy of the arguments at a time: networks have gigabytes of parameters.
        let outputs = try ReferenceExecutor<Double>(workload).run(arguments(in: buffers))
        let errors = try PlainError.measure(workload, plain: { arguments(in: buffers) }, expected: outputs)
        let length = workload.reductionLength
        return workload.outputs.indices.map { index in
            ExpectedOutput(
                name: workload.outputs[index], dtype: outputs[index].dtype, values: outputs[index].values,
                plain: errors[index], reductionLength: length)
        }
    }
}

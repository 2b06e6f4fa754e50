import KernelIR
import Reference
import Workers
import Workloads

/// The fp64 reference of a workload, asked about inputs as they lie in shared memory.
struct Oracle {
    let workload: Workload
    /// The 16-bit type that candidates may store values in; nil holds them to the declared types.
    let precision: DType?

    init(_ workload: Workload, precision: DType? = nil) { (self.workload, self.precision) = (workload, precision) }

    /// An input or parameter as the reference reads it; nil where the buffers do not hold it.
    func argument<Scalar: ReferenceScalar>(_ spec: TensorSpec, in buffers: BufferSet) -> Tensor<Scalar>? {
        buffers.bytes(of: spec.name).map { Tensor(type: spec.type, bytes: UnsafeRawBufferPointer($0)) }
    }

    /// All inputs and parameters by name.
    func arguments<Scalar: ReferenceScalar>(in buffers: BufferSet) -> [String: Tensor<Scalar>] {
        var arguments: [String: Tensor<Scalar>] = [:]
        for spec in workload.inputs + workload.parameters { arguments[spec.name] = argument(spec, in: buffers) }
        return arguments
    }

    /// The expected outputs with their tolerances: one run in fp64 and one plain run; one more where values may be stored
    /// in 16 bits.
    ///
    /// Throws `badInput` for an operator the reference does not have.
    func expected(for buffers: BufferSet) throws(KernelwrightError) -> [ExpectedOutput] {
        // One copy of one argument at a time: networks have gigabytes of parameters.
        let outputs = try ReferenceExecutor<Double>(workload).run { argument($0, in: buffers) }
        let errors = try PlainError.measure(
            workload, reading: { argument($0, in: buffers) }, expected: outputs)
        var storage = [StorageError?](repeating: nil, count: outputs.count)
        if let precision {
            storage = try StorageError.measure(
                workload, storedIn: precision, reading: { argument($0, in: buffers) }, expected: outputs)
        }
        let length = workload.reductionLength
        return workload.outputs.indices.map { index in
            ExpectedOutput(
                name: workload.outputs[index], dtype: outputs[index].dtype, values: outputs[index].values,
                plain: errors[index], reductionLength: length, storage: storage[index])
        }
    }
}

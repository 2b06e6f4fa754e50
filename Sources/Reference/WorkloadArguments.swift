import KernelIR
import Workloads

extension Workload {
    /// Seeded inputs and parameters as the oracle reads them, rounded to their declared types.
    public func arguments(
        inputs distribution: InputDistribution = .uniform, seed: Seed
    ) -> [String: Tensor<Double>] {
        var arguments: [String: Tensor<Double>] = [:]
        for spec in inputs + parameters {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(spec.byteCount, 1), alignment: 64)
            defer { buffer.deallocate() }
            fill(spec, inputs: distribution, seed: seed, into: buffer)
            arguments[spec.name] = Tensor(type: spec.type, bytes: UnsafeRawBufferPointer(buffer))
        }
        return arguments
    }
}

import KernelIR
import Reference
import Workers
import Workloads

/// Computes what controls hand in for one input set, in plain single precision.
struct ControlOutputs {
    private typealias Arguments = [String: Tensor<Float>]

    private let workload: Workload
    private let set: InputSet
    private let distribution: InputDistribution
    private let otherSeed: Seed
    private let arguments: [String: Tensor<Float>]
    private let executor: ReferenceExecutor<Float>

    /// - Parameters:
    ///   - set: drawn from `distribution`, with its expected outputs.
    ///   - otherSeed: draws the other inputs and parameters that some controls know instead.
    init(
        _ workload: Workload, _ set: InputSet, drawnFrom distribution: InputDistribution, otherSeed: Seed
    ) throws(KernelwrightError) {
        self.workload = workload
        self.set = set
        self.distribution = distribution
        self.otherSeed = otherSeed
        arguments = Oracle(workload).arguments(in: set.buffers)
        executor = try ReferenceExecutor<Float>(workload)
    }

    /// The control's values of every output in order, before they are rounded to the outputs' types.
    func values(of control: Control) throws(KernelwrightError) -> [[Double]] {
        switch control {
        case .zero: return set.expected.map { [Double](repeating: 0, count: $0.values.count) }
        case .mean: return try means()
        case .copy(let input): return set.expected.map { repeated(arguments[input]?.values ?? [], $0.values.count) }
        case .halfOutput: return set.expected.map(firstHalf)
        case .halfInput: return try run(changed(workload.inputs.filter(\.dtype.isFloatingPoint), halved))
        case .unread(let input): return try run(changed(workload.inputs.filter { $0.name == input }, averaged))
        case .otherInputs: return try run(redrawn(workload.inputs))
        case .otherParameters: return try run(redrawn(workload.parameters))
        }
    }

    private func run(_ arguments: Arguments) throws(KernelwrightError) -> [[Double]] {
        try executor.run(arguments).map { $0.values.map(Double.init) }
    }

    private func changed(_ specs: [TensorSpec], _ change: (Tensor<Float>) -> Tensor<Float>) -> Arguments {
        var changed = arguments
        for spec in specs { changed[spec.name] = arguments[spec.name].map(change) }
        return changed
    }

    /// The arguments with some of them drawn from the other seed.
    private func redrawn(_ specs: [TensorSpec]) -> Arguments {
        var redrawn = arguments
        for spec in specs {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(spec.byteCount, 1), alignment: 64)
            defer { buffer.deallocate() }
            workload.fill(spec, inputs: distribution, seed: otherSeed, into: buffer)
            redrawn[spec.name] = Tensor(type: spec.type, bytes: UnsafeRawBufferPointer(buffer))
        }
        return redrawn
    }

    /// One number for each output; places that are not finite are given away.
    private func means() throws(KernelwrightError) -> [[Double]] {
        let hasScalar = set.expected.contains { $0.values.count == 1 }
        let elsewhere = hasScalar ? try run(redrawn(workload.inputs)) : []
        return set.expected.enumerated().map { index, expected in
            guard expected.values.count > 1 else { return elsewhere[index] }
            let mean = expected.finiteCount == 0 ? 0 : expected.sum / Double(expected.finiteCount)
            return expected.values.map { $0.isFinite ? mean : $0 }
        }
    }

    private func repeated(_ source: [Float], _ count: Int) -> [Double] {
        source.isEmpty ? [Double](repeating: 0, count: count) : (0..<count).map { Double(source[$0 % source.count]) }
    }

    private func firstHalf(_ expected: ExpectedOutput) -> [Double] {
        let count = expected.values.count
        return expected.values.prefix(count / 2) + [Double](repeating: 0, count: count - count / 2)
    }

    /// Everywhere the mean of the finite values, rounded for integers.
    private func averaged(_ tensor: Tensor<Float>) -> Tensor<Float> {
        let finite = tensor.values.lazy.filter(\.isFinite)
        let mean = Float(finite.reduce(0.0) { $0 + Double($1) } / Double(max(finite.count, 1)))
        var averaged = tensor
        averaged.values = [Float](
            repeating: tensor.dtype.isFloatingPoint ? mean : mean.rounded(), count: tensor.values.count)
        return averaged
    }

    /// Along the first of the largest axes, the elements of the second half are those of the first half.
    private func halved(_ tensor: Tensor<Float>) -> Tensor<Float> {
        guard let extent = tensor.shape.max(), extent > 1, let axis = tensor.shape.firstIndex(of: extent) else {
            return tensor
        }
        let inner = tensor.shape[(axis + 1)...].reduce(1, *)
        let half = (extent + 1) / 2
        var halved = tensor
        for outer in 0..<tensor.values.count / (extent * inner) {
            let begin = outer * extent * inner
            for offset in (half * inner)..<(extent * inner) {
                halved.values[begin + offset] = tensor.values[begin + offset - half * inner]
            }
        }
        return halved
    }
}

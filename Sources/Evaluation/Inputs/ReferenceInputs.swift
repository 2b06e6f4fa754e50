import KernelIR
import Workers
import Workloads

/// Draws the inputs of a workload from its generators and computes the expected outputs with the fp64 reference.
///
/// One draw costs the oracle and one plain run; both are outside every budget.
public struct ReferenceInputs: InputSetSource {
    public let workload: Workload
    public let seed: Seed
    public let precision: DType?
    private let cache: ExpectedOutputCache?

    /// - Parameters:
    ///   - seed: from the system's entropy, or a run's recorded one.
    ///   - precision: the 16-bit type that candidates may store values in; nil holds them to the declared types.
    ///   - cache: where expected outputs are kept for a run that is resumed; must be hidden from candidates.
    public init(
        _ workload: Workload, seed: Seed, precision: DType? = nil, cache: ExpectedOutputCache? = nil
    ) {
        self.workload = workload
        self.precision = precision
        self.seed = seed
        self.cache = cache
    }

    /// The buffers that a solution of the workload may name, scratch aside, in the workload's order.
    public static func buffers(of workload: Workload) -> [BufferSpec] {
        let inputs = workload.inputs.map {
            BufferSpec(name: $0.name, role: .input, dtype: $0.dtype, shape: $0.shape)
        }
        let parameters = workload.stored.map {
            BufferSpec(name: $0.name, role: .parameter, dtype: $0.dtype, shape: $0.shape)
        }
        let outputs = zip(workload.outputs, workload.outputTypes).map { name, type in
            BufferSpec(name: name, role: .output, dtype: type.dtype, shape: type.shape)
        }
        return inputs + parameters + outputs
    }

    /// How inputs are drawn, one or more: candidates are checked on the first and the last, and timed on the last.
    public var distributions: [InputDistribution] {
        workload.distributions.isEmpty ? [.normal, .uniform] : workload.distributions
    }

    public func draw(_ role: InputSetRole) async throws(KernelwrightError) -> InputSet {
        let distribution = role == .checking ? distributions[0] : distributions[distributions.count - 1]
        return try draw(distribution, seed: seed(of: role), name: name(of: role, distribution))
    }

    public func redraw(_ buffers: BufferSet, seed: Seed) {
        redraw(buffers, from: distributions[distributions.count - 1], seed: seed)
    }

    public func redraw(_ buffers: BufferSet, from distribution: InputDistribution, seed: Seed) {
        for spec in workload.inputs {
            guard let bytes = buffers.bytes(of: spec.name) else { continue }
            workload.fill(spec, inputs: distribution, seed: seed, into: bytes)
        }
    }

    /// All others but those that stand for their like; what fails on few elements or by little shows on one of them.
    public var furtherDistributions: [InputDistribution] {
        [.sparse, .heavyTailed, .largeMagnitude, .drifting, .zeroRich].filter { !distributions.contains($0) }
    }

    public func draw(further distribution: InputDistribution) async throws(KernelwrightError) -> InputSet {
        try draw(distribution, seed: seed(of: distribution), name: distribution.rawValue + ", further")
    }

    public func expected(for buffers: BufferSet) throws(KernelwrightError) -> [ExpectedOutput] {
        try Oracle(workload, precision: precision).expected(for: buffers)
    }

    /// Draws a set from one distribution; the same seed gives the same set, whatever its name.
    public func draw(
        _ distribution: InputDistribution, seed: Seed, name: String
    ) throws(KernelwrightError) -> InputSet {
        let buffers = try BufferSet(Self.buffers(of: workload))
        for spec in workload.inputs + workload.stored {
            guard let bytes = buffers.bytes(of: spec.name) else { continue }
            workload.fill(spec, inputs: distribution, seed: seed, into: bytes)
        }
        let oracle = Oracle(workload, precision: precision)
        guard let cache else {
            return InputSet(name: name, buffers: buffers, expected: try oracle.expected(for: buffers))
        }
        let key = ExpectedOutputCache.Key(workload, distribution, seed: seed, precision: precision)
        let expected = try cache.outputs(for: key) { () throws(KernelwrightError) in
            try oracle.expected(for: buffers)
        }
        return InputSet(name: name, buffers: buffers, expected: expected)
    }

    private func name(of role: InputSetRole, _ distribution: InputDistribution) -> String {
        switch role {
        case .checking: distribution.rawValue
        case .timed: distributions.count > 1 ? distribution.rawValue : distribution.rawValue + ", timed"
        case .heldOut: distribution.rawValue + ", held out"
        }
    }
}

import KernelIR
import Workers
import Workloads

/// One draw of inputs and parameters in shared memory, with what the oracle says about it.
public struct InputSet: Sendable {
    /// Names the distribution, e.g. `normal` or `uniform, held out`; different for every set of a session.
    public let name: String
    /// Inputs and parameters filled, outputs to be written by contenders.
    public let buffers: BufferSet
    /// One entry for each output, in the workload's order. Never enters a worker.
    public let expected: [ExpectedOutput]

    public init(name: String, buffers: BufferSet, expected: [ExpectedOutput]) {
        self.name = name
        self.buffers = buffers
        self.expected = expected
    }

    /// Bytes of all its inputs, parameters and outputs.
    var byteCount: Int { buffers.specs.map(\.byteCount).reduce(0, +) }
}

/// Draws input sets and asks the oracle about them.
public protocol InputSetSource: Sendable {
    /// Decides every draw of the run; revealed in the record when the run is over.
    var seed: Seed { get }

    /// The 16-bit type that candidates may store values in, which the expected outputs' bounds allow for; nil holds them to
    /// the declared types.
    var precision: DType? { get }

    /// Draws one set; the same role gives the same set.
    ///
    /// - Throws: `badInput` when the workload uses an operator the oracle does not have, `missingComponent` when
    ///   memory runs out.
    func draw(_ role: InputSetRole) async throws(KernelwrightError) -> InputSet

    /// Draws the inputs of a held-out set anew and in place, as they were drawn; parameters stay as they are, because
    /// baselines may have prepared them.
    ///
    /// The seed of the role gives the set's own inputs again.
    func redraw(_ buffers: BufferSet, seed: Seed)

    /// The same from a distribution of its own.
    func redraw(_ buffers: BufferSet, from distribution: InputDistribution, seed: Seed)

    /// Distributions that candidates are checked on beside those of the roles.
    var furtherDistributions: [InputDistribution] { get }

    /// Draws a set of one of them.
    func draw(further distribution: InputDistribution) async throws(KernelwrightError) -> InputSet

    /// What the oracle says about a set's inputs as they are now.
    ///
    /// - Throws: as `draw` does.
    func expected(for buffers: BufferSet) throws(KernelwrightError) -> [ExpectedOutput]
}

extension InputSetSource {
    public var precision: DType? { nil }

    /// The seed behind the set of a role.
    func seed(of role: InputSetRole) -> Seed { seed.derived(for: role.rawValue) }

    /// The seed behind the set of a further distribution.
    func seed(of distribution: InputDistribution) -> Seed { seed.derived(for: "further " + distribution.rawValue) }
}

/// What an input set is for, which decides its distribution and its seed.
public enum InputSetRole: String, Sendable, Hashable, CaseIterable {
    /// The first of the workload's distributions, normal unless it has its own: signs matter, errors do not average out.
    case checking
    /// The last of the workload's distributions, KernelBench's uniform unless it has its own; candidates are timed on it.
    case timed
    /// Like `timed`, drawn for certification only.
    case heldOut
}

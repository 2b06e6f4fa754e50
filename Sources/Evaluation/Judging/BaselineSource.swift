import KernelIR
import Workers

/// A baseline that a session starts when it is first needed.
public struct BaselineSource: Sendable {
    /// Starts the process on a set of buffers.
    ///
    /// Throws `badInput` where the baseline cannot run the workload, which disqualifies it; any other error, such as
    /// `missingComponent`, ends the session.
    public typealias Start = @Sendable (BufferSet) async throws(KernelwrightError) -> any Baseline

    /// The name of the baseline in records, e.g. `pytorch-eager`.
    public var name: String
    public var start: Start

    public init(name: String, start: @escaping Start) { (self.name, self.start) = (name, start) }
}

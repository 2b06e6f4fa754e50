import Workers

/// A process that computes the workload as often as it is asked: a candidate, a baseline or a floor kernel.
///
/// The judge times contenders in turn and stops the others meanwhile. A failure is data; after one, the process is gone.
public protocol Contender: Sendable {
    /// Computes on another set of buffers of the same names, types and shapes from now on.
    func bind(_ buffers: BufferSet, deadline: Duration) async -> WorkerFailure?

    /// Computes `count` times into the bound outputs and waits until all is done.
    ///
    /// - Returns: the time between request and answer on the parent's monotonic clock.
    func run(count: Int, deadline: Duration) async -> Result<Duration, WorkerFailure>

    /// Takes sets of inputs and outputs beside the bound one, for the life of the contender.
    func attach(_ sets: [BufferSet], deadline: Duration) async -> WorkerFailure?

    /// Computes once on each attached set, in one request; nil where there is none.
    func runUnseen(deadline: Duration) async -> Result<Duration, WorkerFailure>?

    /// Draws anew what stays for the life of a process, such as where its threads run and its memory lies, and runs once.
    ///
    /// What two processes of one program differ by can so be told from what two programs differ by.
    func renew(deadline: Duration) async -> WorkerFailure?

    /// Stops every thread of the process.
    func pause()

    /// Lets a paused process go on.
    func resume()

    /// Ends the process.
    func stop()
}

extension Contender {
    /// It has no use for them.
    public func attach(_ sets: [BufferSet], deadline: Duration) async -> WorkerFailure? { nil }

    /// It has none.
    public func runUnseen(deadline: Duration) async -> Result<Duration, WorkerFailure>? { nil }

    /// Nothing stays.
    public func renew(deadline: Duration) async -> WorkerFailure? { nil }
}

/// What candidates are compared with; its outputs are judged like a candidate's before any ratio is formed.
public protocol Baseline: Contender {
    /// The name without which a ratio means nothing, e.g. `onnxruntime`.
    var name: String { get }
    /// The version of what computes, e.g. `1.31.1`.
    var version: String { get }

    /// Copies the outputs of the last run into the bound buffers; untimed, called before outputs are read.
    func collect(deadline: Duration) async -> WorkerFailure?
}

extension Baseline {
    /// Nothing to do where runs write the bound buffers themselves.
    public func collect(deadline: Duration) async -> WorkerFailure? { nil }
}

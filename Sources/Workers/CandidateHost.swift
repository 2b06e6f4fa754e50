import Devices
import KernelIR
import Rendering

/// A solution that passed the compiler and the plan check: what a run worker needs to launch it.
public struct CompiledSolution: Sendable {
    public var solution: Solution
    /// The device program in the driver's own format.
    public var binary: ProgramBinary
    /// The compiler's remarks and warnings.
    public var log: String
    /// Seconds the driver spent compiling.
    public var driverSeconds: Double
    /// Seconds from request to answer; the rest over `driverSeconds` is our own share.
    public var totalSeconds: Double

    public init(
        solution: Solution, binary: ProgramBinary, log: String, driverSeconds: Double, totalSeconds: Double
    ) {
        self.solution = solution
        self.binary = binary
        self.log = log
        self.driverSeconds = driverSeconds
        self.totalSeconds = totalSeconds
    }
}

/// Compiles and starts candidates where they can do no harm.
///
/// A candidate's failure is the `Result`'s failure; a thrown error means that the host itself cannot work.
public protocol CandidateHost: Sendable {
    /// Whether candidates are confined by the operating system; recorded in every verdict.
    var isSandboxed: Bool { get }

    /// Checks the plan and compiles the sources; never launches.
    func compile(
        _ solution: Solution, deadline: Duration
    ) async throws(KernelwrightError) -> Result<CompiledSolution, WorkerFailure>

    /// Compiles several solutions at once, as many as there are compile workers; `compile` hands the results out.
    ///
    /// What goes wrong here comes up again in `compile`. A host that cannot look ahead does nothing.
    func prepare(_ solutions: [Solution], deadline: Duration) async

    /// Loads the program beside the buffers in a run worker, which lives until it is stopped or misbehaves.
    ///
    /// Scratch buffers are made here, as the solution declares them.
    func start(
        _ compiled: CompiledSolution, buffers: BufferSet, deadline: Duration
    ) async throws(KernelwrightError) -> Result<any RunningCandidate, WorkerFailure>

    /// The same in a worker whose driver starts at most so many threads; nil leaves the number to the driver.
    ///
    /// A host that cannot choose the number starts an ordinary worker.
    func start(
        _ compiled: CompiledSolution, buffers: BufferSet, threads: Int?, deadline: Duration
    ) async throws(KernelwrightError) -> Result<any RunningCandidate, WorkerFailure>
}

extension CandidateHost {
    public func prepare(_ solutions: [Solution], deadline: Duration) async {}

    public func start(
        _ compiled: CompiledSolution, buffers: BufferSet, threads: Int?, deadline: Duration
    ) async throws(KernelwrightError) -> Result<any RunningCandidate, WorkerFailure> {
        try await start(compiled, buffers: buffers, deadline: deadline)
    }
}

/// A loaded candidate in its own worker process.
public protocol RunningCandidate: Sendable {
    /// Seconds the start took, of which `driverSeconds` inside the driver.
    var startup: (totalSeconds: Double, driverSeconds: Double) { get }

    /// Runs the launch plan `count` times and waits until the device is idle.
    ///
    /// The returned time is the parent's monotonic clock around request and answer; that of a GPU with memory of its own is
    /// the GPU's, without copies, and none of the candidate's code runs where that clock is read. With `prepare` false the launches
    /// of phase `prepare` are left out (they must have run before). After a failure the worker is gone.
    func run(count: Int, prepare: Bool, deadline: Duration) async -> Result<Duration, WorkerFailure>

    /// Points the launch plan at another set of buffers of the same names, types and shapes.
    func bind(_ buffers: BufferSet, deadline: Duration) async -> WorkerFailure?

    /// Attaches another set of inputs and outputs beside the bound one; parameters and scratch stay those bound.
    func attach(_ buffers: BufferSet, deadline: Duration) async -> WorkerFailure?

    /// Runs the launch plan once on each attached set, in order, in one request; else as `run`.
    func runAttached(prepare: Bool, deadline: Duration) async -> Result<Duration, WorkerFailure>

    /// Runs the launch plan once, waiting after every launch, and returns the seconds of each; nil where the host cannot.
    ///
    /// The figures are the worker's own and prove nothing: they tell an author where to look.
    func timeLaunches(prepare: Bool, deadline: Duration) async -> Result<[Double], WorkerFailure>?

    /// What the device's model says of one call; nil where the device has a clock.
    ///
    /// It runs the kernels again, so that outputs may change.
    func predict(prepare: Bool, deadline: Duration) async -> Result<PlanPrediction, WorkerFailure>?

    /// The fraction of the plan's work-groups that the last run executed: 1 on a device, less where an emulator sampled them.
    var coverage: Double { get }

    /// What those work-groups left in each output that is not empty; nothing where all were executed.
    var outputSamples: [OutputSample] { get }

    /// Stops every thread of the worker, so that outputs can be read or refilled and others can be timed.
    func pause()

    /// Lets a paused worker go on.
    func resume()

    /// Fills the bound outputs and the scratch with a pattern; call it while paused.
    func poison(_ pattern: Poison)

    /// Looks for damaged guard areas around bound and attached buffers and the scratch; call it while paused.
    func inspect() -> WorkerFailure?

    /// What the driver printed so far.
    func log() -> String

    /// Ends the worker; further calls fail.
    func stop()
}

extension RunningCandidate {
    public func predict(prepare: Bool, deadline: Duration) async -> Result<PlanPrediction, WorkerFailure>? { nil }

    /// All of them.
    public var coverage: Double { 1 }

    public var outputSamples: [OutputSample] { [] }

    public func timeLaunches(prepare: Bool, deadline: Duration) async -> Result<[Double], WorkerFailure>? { nil }

    /// Nothing.
    public func log() -> String { "" }
}

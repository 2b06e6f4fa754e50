import Devices
import KernelIR
import Synchronization
import Workers

/// A candidate in a worker process, or in one process after another.
final class LaunchedCandidate: Contender {
    private struct State {
        var running: any RunningCandidate
        var buffers: BufferSet
        /// Sets beside it, for single calls on inputs that no call has seen.
        var unseen: [BufferSet] = []
        /// Seconds the drivers of all its processes took to start.
        var driverSeconds: Double
        /// A defect of the environment that kept a new process from starting.
        var defect: KernelwrightError?
    }

    private let compiled: CompiledSolution
    private let host: any CandidateHost
    /// How long starting a process may take.
    private let startLimit: Duration
    /// Whether calls leave out the launches of phase `prepare`; they have run once after every `bind` then.
    private let frozenParameters: Bool
    private let state: Mutex<State>

    private init(
        _ compiled: CompiledSolution, on host: any CandidateHost, startLimit: Duration, frozenParameters: Bool,
        _ running: any RunningCandidate, _ buffers: BufferSet
    ) {
        (self.compiled, self.host, self.startLimit) = (compiled, host, startLimit)
        self.frozenParameters = frozenParameters
        state = Mutex(State(running: running, buffers: buffers, driverSeconds: running.startup.driverSeconds))
    }

    /// Starts the first process on a set of buffers.
    ///
    /// - Throws: what the host lacks; the failure is the candidate's own.
    static func start(
        _ compiled: CompiledSolution, on host: any CandidateHost, buffers: BufferSet, startLimit: Duration,
        frozenParameters: Bool = false
    ) async throws(KernelwrightError) -> Result<LaunchedCandidate, WorkerFailure> {
        try await host.start(compiled, buffers: buffers, deadline: startLimit).map {
            LaunchedCandidate(
                compiled, on: host, startLimit: startLimit, frozenParameters: frozenParameters, $0, buffers)
        }
    }

    /// Seconds the drivers of all its processes took to start.
    var driverSeconds: Double { state.withLock { $0.driverSeconds } }

    /// Why `renew` failed, where that was no fault of the candidate.
    var defect: KernelwrightError? { state.withLock { $0.defect } }

    func bind(_ buffers: BufferSet, deadline: Duration) async -> WorkerFailure? {
        let running = state.withLock { state in
            state.buffers = buffers
            return state.running
        }
        return await running.bind(buffers, deadline: deadline)
    }

    func run(count: Int, deadline: Duration) async -> Result<Duration, WorkerFailure> {
        await running.run(count: count, prepare: !frozenParameters, deadline: deadline)
    }

    func runUnseen(deadline: Duration) async -> Result<Duration, WorkerFailure>? {
        guard state.withLock({ !$0.unseen.isEmpty }) else { return nil }
        return await running.runAttached(prepare: !frozenParameters, deadline: deadline)
    }

    func attach(_ sets: [BufferSet], deadline: Duration) async -> WorkerFailure? {
        let running = state.withLock { state in
            state.unseen = sets
            return state.running
        }
        return await Self.attach(sets, to: running, deadline)
    }

    private static func attach(
        _ sets: [BufferSet], to running: any RunningCandidate, _ deadline: Duration
    ) async -> WorkerFailure? {
        for set in sets {
            if let failure = await running.attach(set, deadline: deadline) { return failure }
        }
        return nil
    }

    /// Runs all launches once, those of phase `prepare` too.
    func runWhole(deadline: Duration) async -> Result<Duration, WorkerFailure> {
        await running.run(count: 1, prepare: true, deadline: deadline)
    }

    /// Seconds of each launch, each the least of some runs in which every launch is waited for; nil where the host cannot
    /// tell or the candidate fails.
    func launchSeconds(runs: Int, deadline: Duration) async -> [Double]? {
        var least: [Double] = []
        for _ in 0..<runs {
            guard
                case .success(let seconds)? = await running.timeLaunches(prepare: !frozenParameters, deadline: deadline),
                least.isEmpty || least.count == seconds.count
            else { return nil }
            least = least.isEmpty ? seconds : zip(least, seconds).map(min)
        }
        return least
    }

    /// What the device's model says of one call; nil where the device has a clock.
    func predict(deadline: Duration) async -> Result<PlanPrediction, WorkerFailure>? {
        await running.predict(prepare: !frozenParameters, deadline: deadline)
    }

    /// The fraction of the work-groups that the last run executed.
    var coverage: Double { running.coverage }

    /// What those left in each output; nothing where all were executed.
    var outputSamples: [OutputSample] { running.outputSamples }

    /// Goes on in a new process.
    func renew(deadline: Duration) async -> WorkerFailure? {
        stop()
        let (buffers, unseen) = state.withLock { ($0.buffers, $0.unseen) }
        do throws(KernelwrightError) {
            switch try await host.start(compiled, buffers: buffers, deadline: startLimit) {
            case .failure(let failure): return failure
            case .success(let fresh):
                state.withLock { state in
                    state.running = fresh
                    state.driverSeconds += fresh.startup.driverSeconds
                }
                if let failure = await Self.attach(unseen, to: fresh, deadline) { return failure }
            }
        } catch {
            state.withLock { $0.defect = error }
            return .launchError(error.message)
        }
        guard case .failure(let failure) = await runWhole(deadline: deadline) else { return nil }
        return failure
    }

    func pause() { running.pause() }
    func resume() { running.resume() }
    func stop() { running.stop() }

    /// Fills the bound outputs and the scratch with a pattern; call it while paused.
    func poison(_ pattern: Poison) { running.poison(pattern) }

    /// Looks for damaged guard areas around the bound buffers and the scratch; call it while paused.
    func inspect() -> WorkerFailure? { running.inspect() }

    private var running: any RunningCandidate { state.withLock { $0.running } }
}

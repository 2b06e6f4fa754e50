import Devices
import Dispatch
import KernelIR
import Rendering
import Synchronization

/// A candidate in a run worker of its own.
final class WorkerCandidate: RunningCandidate {
    private let connection: WorkerConnection
    private let bound: Mutex<BufferSet>
    private let attached = Mutex<[BufferSet]>([])
    private let scratch: SharedArena
    private let times = Mutex((totalSeconds: 0.0, driverSeconds: 0.0))
    /// How much of the grid the last run executed, and what that wrote.
    private let lastRun = Mutex((coverage: 1.0, outputSamples: [OutputSample]()))

    init(_ connection: WorkerConnection, buffers: BufferSet, scratch: SharedArena) {
        self.connection = connection
        bound = Mutex(buffers)
        self.scratch = scratch
    }

    deinit { connection.process.kill() }

    var startup: (totalSeconds: Double, driverSeconds: Double) { times.withLock { $0 } }

    /// Hands the binary and the buffers to the worker.
    func load(
        _ compiled: CompiledSolution, since start: ContinuousClock.Instant, timeout: Duration
    ) -> Result<Void, WorkerFailure> {
        let buffers = bound.withLock { $0 }
        connection.watch(regions(buffers))
        let binary: FileDescriptor
        do { binary = try FileDescriptor.shared(compiled.binary.bytes) } catch {
            return .failure(.outOfMemory("no memory for the binary: \(error)"))
        }
        let request = WorkerRequest.load(
            compiled.solution, device: compiled.binary.device, arenas: layouts(buffers))
        let answer = connection.request(request, files: [binary] + files(buffers), timeout: timeout)
        return answer.flatMap { answer in
            guard case .loaded(let seconds) = answer.reply else { return .failure(.unexpectedAnswer) }
            let total = (ContinuousClock.now - start) / .seconds(1)
            times.withLock { $0 = (total, seconds) }
            return .success(())
        }
    }

    func run(count: Int, prepare: Bool, deadline: Duration) async -> Result<Duration, WorkerFailure> {
        await run(.run(count: count, prepare: prepare), deadline)
    }

    func attach(_ buffers: BufferSet, deadline: Duration) async -> WorkerFailure? {
        attached.withLock { $0.append(buffers) }
        connection.watch(regions(bound.withLock { $0 }))
        let request = WorkerRequest.attach(sealed: buffers.sealed.layout, outputs: buffers.outputs.layout)
        let files = [buffers.sealed.readOnlyFile, buffers.outputs.file]
        guard case .failure(let failure) = await answer(request, files: files, deadline) else { return nil }
        return failure
    }

    func runAttached(prepare: Bool, deadline: Duration) async -> Result<Duration, WorkerFailure> {
        await run(.runAttached(prepare: prepare), deadline)
    }

    func timeLaunches(prepare: Bool, deadline: Duration) async -> Result<[Double], WorkerFailure>? {
        await answer(.timeLaunches(prepare: prepare), files: [], deadline).flatMap { answer in
            guard case .launches(let seconds) = answer.reply, seconds.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
                return .failure(.unexpectedAnswer)
            }
            return .success(seconds)
        }
    }

    func predict(prepare: Bool, deadline: Duration) async -> Result<PlanPrediction, WorkerFailure>? {
        let reply = await answer(.predict(prepare: prepare), files: [], deadline)
        switch reply {
        case .failure(let failure): return .failure(failure)
        case .success(let answer):
            guard case .predicted(let prediction) = answer.reply else { return .failure(.unexpectedAnswer) }
            return prediction.map { .success($0) }
        }
    }

    var coverage: Double { lastRun.withLock { $0.coverage } }

    var outputSamples: [OutputSample] { lastRun.withLock { $0.outputSamples } }

    private func run(_ request: WorkerRequest, _ deadline: Duration) async -> Result<Duration, WorkerFailure> {
        await answer(request, files: [], deadline).flatMap { answer in
            guard case .ran(let coverage, let seconds, let samples) = answer.reply, coverage >= 0, coverage <= 1,
                seconds.map({ $0.isFinite && $0 >= 0 }) ?? true,
                samples?.allSatisfy({ $0.written >= 0 && $0.accounted >= 0 }) ?? true
            else { return .failure(.unexpectedAnswer) }
            lastRun.withLock { $0 = (coverage, samples ?? []) }
            return .success(seconds.map { .seconds($0) } ?? answer.elapsed)
        }
    }

    func bind(_ buffers: BufferSet, deadline: Duration) async -> WorkerFailure? {
        connection.watch(regions(buffers))
        switch await answer(.bind(layouts(buffers)), files: files(buffers), deadline) {
        case .failure(let failure): return failure
        case .success:
            bound.withLock { $0 = buffers }
            return nil
        }
    }

    func pause() { connection.process.pause() }

    func resume() { connection.process.resume() }

    func poison(_ pattern: Poison) {
        bound.withLock { $0.poisonOutputs(pattern) }
        for region in scratch.layout.regions { scratch.fill(region, pattern) }
    }

    func inspect() -> WorkerFailure? {
        let outputs = bound.withLock { $0.outputs }
        for arena in [outputs, scratch] + attached.withLock({ $0.map(\.outputs) }) {
            if let name = arena.firstDamage() {
                // The next candidate starts with whole guards.
                arena.repairGuards()
                return .outOfBounds(buffer: name)
            }
        }
        return nil
    }

    func log() -> String { connection.process.logText() }

    func stop() { connection.process.discard() }

    private func answer(
        _ request: WorkerRequest, files: [FileDescriptor], _ deadline: Duration
    ) async -> Result<WorkerConnection.Answer, WorkerFailure> {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [connection] in
                continuation.resume(returning: connection.request(request, files: files, timeout: deadline))
            }
        }
    }

    private func regions(_ buffers: BufferSet) -> [ArenaLayout.Region] {
        buffers.sealed.layout.regions + buffers.outputs.layout.regions + scratch.layout.regions
            + attached.withLock { $0.flatMap { $0.sealed.layout.regions + $0.outputs.layout.regions } }
    }

    private func layouts(_ buffers: BufferSet) -> ArenaLayouts {
        ArenaLayouts(sealed: buffers.sealed.layout, outputs: buffers.outputs.layout, scratch: scratch.layout)
    }

    /// The files of the arenas; of the sealed one, only the read-only descriptor leaves this process.
    private func files(_ buffers: BufferSet) -> [FileDescriptor] {
        [buffers.sealed.readOnlyFile, buffers.outputs.file, scratch.file]
    }
}

extension WorkerFailure {
    fileprivate static var unexpectedAnswer: WorkerFailure {
        .crashed(signal: 0, detail: "the worker gave another answer than asked for")
    }
}

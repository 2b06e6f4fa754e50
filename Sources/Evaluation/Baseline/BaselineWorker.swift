import Foundation
import KernelIR
import Synchronization
import Workers
import Workloads

/// A Python process with one runtime that serves many workloads one after another, because importing a runtime costs
/// seconds.
///
/// The process starts with the first workload, is replaced after a failure or when it has grown large, and ends with this
/// value. One workload is loaded at a time: the baseline of the one before it is over then.
public final class BaselineWorker: Sendable {
    private struct State {
        var process: LineProcess?
        /// How many workloads were loaded; tells the baselines of earlier ones that they are over.
        var loads = 0
    }

    public let runtime: BaselineRuntime
    /// Threads that compute, at least 1.
    public let threads: Int
    private let frozenParameters: Bool
    private let environment: PythonEnvironment
    private let limit: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - frozenParameters: whether the runtime may fold and repack parameters whenever it is bound to buffers.
    ///   - environment: the one that holds the runtime.
    ///   - limit: bytes of its own with which a process may wait for the next workload. Freed memory stays with it, and
    ///     would be missing while that workload's inputs are drawn.
    public init(
        _ runtime: BaselineRuntime, threads: Int, frozenParameters: Bool = false, in environment: PythonEnvironment,
        keeping limit: Int = 1 << 30
    ) {
        (self.runtime, self.threads, self.environment) = (runtime, threads, environment)
        (self.frozenParameters, self.limit) = (frozenParameters, limit)
    }

    /// Loads a workload and binds the buffers; `torch.compile` compiles it for them.
    ///
    /// - Parameters:
    ///   - buffers: must hold a buffer of its name for every input, parameter and output of the workload.
    ///   - deadline: nil for the runtime's own limit.
    /// - Throws: `missingComponent` where Python, the runtime or its compiler is missing; `badInput` where the runtime
    ///   refuses the workload or the buffers, or takes longer than the deadline.
    public func load(
        _ workload: Workload, buffers: BufferSet, deadline: Duration? = nil
    ) async throws(KernelwrightError) -> LoadedBaseline {
        let model = try runtime.model(of: workload)
        let (process, load) = try nextLoad()
        let request = BaselineRequest.load(
            runtime, model, threads: threads, frozenParameters: frozenParameters, buffers: buffers.baselineDescriptors)
        switch await exchange(request, with: process, deadline: deadline ?? runtime.loadLimit) {
        case .success(let answer):
            return LoadedBaseline(
                worker: self, load: load, versions: answer.value.versions ?? [:], buffers: buffers)
        case .failure(.answered(let error)) where error.code == "missingComponent":
            throw KernelwrightError(.missingComponent, error.message, hint: environment.installation)
        case .failure(let failure):
            throw KernelwrightError(
                .badInput, "\(runtime.title) cannot run this workload", hint: "choose another baseline",
                cause: failure.asWorkerFailure.message)
        }
    }

    /// Loads the workload for a judging session when the session asks for it.
    public func source(of workload: Workload) -> BaselineSource {
        BaselineSource(name: runtime.rawValue) { buffers throws(KernelwrightError) in
            try await self.load(workload, buffers: buffers)
        }
    }

    /// One request of the baseline that the `load`-th call loaded; the process is gone after a failure of its own.
    func request(
        _ request: BaselineRequest, load: Int, deadline: Duration
    ) async -> Result<Duration, WorkerFailure> {
        guard let process = process(load: load) else {
            return .failure(.launchError("the baseline is over: it was stopped, or another workload was loaded"))
        }
        return await exchange(request, with: process, deadline: deadline)
            .map(\.elapsed).mapError(\.asWorkerFailure)
    }

    /// The process while the `load`-th workload is loaded.
    func process(load: Int) -> LineProcess? {
        state.withLock { $0.loads == load ? $0.process : nil }
    }

    /// Ends what the `load`-th call loaded; the process waits, stopped, for the next workload unless it has grown large.
    func unload(_ load: Int) {
        state.withLock { state in
            guard state.loads == load else { return }
            state.loads += 1
            guard let process = state.process else { return }
            if process.privateBytes <= limit { return process.pause() }
            process.stop()
            state.process = nil
        }
    }

    private func nextLoad() throws(KernelwrightError) -> (LineProcess, Int) {
        let (kept, load) = state.withLock { state in
            state.loads += 1
            return (state.process, state.loads)
        }
        if let kept {
            kept.resume()
            return (kept, load)
        }
        try environment.check()
        let process = try LineProcess(
            program: environment.python, arguments: ["-m", "kernelwright_bridge.worker"],
            environment: environment.variables.merging(runtime.keptMemory) { $1 }, directory: environment.bridge)
        state.withLock { $0.process = process }
        return (process, load)
    }

    /// Why a request was not served.
    private enum Failure: Error {
        case answered(BaselineAnswer.Failure)
        /// The process is gone.
        case ended(WorkerFailure)

        var asWorkerFailure: WorkerFailure {
            switch self {
            case .answered(let error): .launchError("\(error.code): \(error.message)")
            case .ended(let failure): failure
            }
        }
    }

    private func exchange(
        _ request: BaselineRequest, with process: LineProcess, deadline: Duration
    ) async -> Result<(value: BaselineAnswer, elapsed: Duration), Failure> {
        guard let line = try? JSONEncoder().encode(request) else {
            preconditionFailure("every request has a JSON form")
        }
        let failure: WorkerFailure
        switch await process.request(line, deadline: deadline) {
        case .success(let answer):
            if let value = try? JSONDecoder().decode(BaselineAnswer.self, from: answer.line) {
                return value.error.map { .failure(.answered($0)) } ?? .success((value, answer.elapsed))
            }
            failure = .launchError("the baseline worker answered no JSON")
        case .failure(.timedOut(let seconds)): failure = .timedOut(seconds: seconds)
        case .failure(.ended(let signal, let log)): failure = .crashed(signal: signal, detail: log)
        }
        discard(process)
        return .failure(.ended(failure))
    }

    private func discard(_ process: LineProcess) {
        process.stop()
        state.withLock { if $0.process === process { $0.process = nil } }
    }
}

extension BufferSet {
    /// What a baseline may see: everything but scratch.
    var baselineDescriptors: [BufferDescriptor] { descriptors.filter { $0.role != .scratch } }
}

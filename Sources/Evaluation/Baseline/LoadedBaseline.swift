import KernelIR
import Synchronization
import Workers

/// One workload in a baseline worker, ready to run on its buffers.
///
/// Inputs and outputs are mapped files: ONNX Runtime writes its results there itself, PyTorch's are copied there when
/// they are collected; `docs/baselines.md` says what makes the comparison fair.
public final class LoadedBaseline: Baseline {
    public var name: String { worker.runtime.rawValue }
    public var version: String { versions[worker.runtime.component] ?? "unknown" }
    /// Versions of the runtime, numpy and python, for the record.
    public let versions: [String: String]
    private let worker: BaselineWorker
    private let load: Int
    /// What it computes on; nil when it is over.
    private let bound: Mutex<BufferSet?>

    init(worker: BaselineWorker, load: Int, versions: [String: String], buffers: BufferSet) {
        (self.worker, self.load, self.versions) = (worker, load, versions)
        bound = Mutex(buffers)
    }

    deinit { stop() }

    public func bind(_ buffers: BufferSet, deadline: Duration) async -> WorkerFailure? {
        let refusal = await failure(of: .bind(buffers: buffers.baselineDescriptors), deadline: deadline)
        if refusal == nil { bound.withLock { $0 = buffers } }
        return refusal
    }

    public func run(count: Int, deadline: Duration) async -> Result<Duration, WorkerFailure> {
        await worker.request(.run(count: count), load: load, deadline: deadline)
    }

    /// Runs once with every thread on a core drawn by lot; where its memory lies stays as it is.
    public func renew(deadline: Duration) async -> WorkerFailure? {
        await failure(of: .scatter, deadline: deadline)
    }

    public func collect(deadline: Duration) async -> WorkerFailure? {
        await failure(of: .collect, deadline: deadline)
    }

    public func pause() { worker.process(load: load)?.pause() }
    public func resume() { worker.process(load: load)?.resume() }

    public func stop() {
        worker.unload(load)
        bound.withLock { $0 = nil }
    }

    private func failure(of request: BaselineRequest, deadline: Duration) async -> WorkerFailure? {
        guard case .failure(let failure) = await worker.request(request, load: load, deadline: deadline) else {
            return nil
        }
        return failure
    }
}

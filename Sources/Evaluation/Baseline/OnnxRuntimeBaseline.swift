import Foundation
import KernelIR
import Workers
import Workloads

/// ONNX Runtime on the CPU, in a Python process that lives as long as this value.
///
/// The process maps the buffers and binds them to the session, so that a run copies and allocates no tensor of the
/// model's interface; `docs/baselines.md` says what makes the comparison fair.
public final class OnnxRuntimeBaseline: Baseline {
    public let name = "onnxruntime"
    public var version: String { versions["onnxruntime"] ?? "unknown" }
    /// Versions of onnxruntime, numpy and python, for the record.
    public let versions: [String: String]
    private let worker: LineProcess

    private init(worker: LineProcess, versions: [String: String]) {
        (self.worker, self.versions) = (worker, versions)
    }

    /// Starts the process, loads the model with one thread a core and binds the buffers.
    ///
    /// - Parameters:
    ///   - buffers: must hold a buffer of its name for every input and output of the model.
    ///   - threads: how many threads compute, at least 1.
    /// - Throws: `missingComponent` where Python or onnxruntime is missing; `badInput` where ONNX Runtime refuses the
    ///   model or the buffers, or takes longer than the deadline.
    public static func start(
        _ model: OnnxModel, buffers: BufferSet, threads: Int, in environment: PythonEnvironment,
        deadline: Duration = .seconds(60)
    ) async throws(KernelwrightError) -> OnnxRuntimeBaseline {
        try environment.check()
        let worker = try LineProcess(
            program: environment.python, arguments: ["-m", "kernelwright_bridge.worker"],
            environment: keptMemory, directory: environment.bridge)
        let request = BaselineRequest.load(
            model: model.bytes, threads: threads, buffers: descriptors(of: buffers))
        switch await exchange(request, with: worker, deadline: deadline) {
        case .success(let answer):
            return OnnxRuntimeBaseline(worker: worker, versions: answer.value.versions ?? [:])
        case .failure(.crashed(signal: 0, let log)) where log.contains("ModuleNotFoundError"):
            throw KernelwrightError(
                .missingComponent, "the Python environment lacks a package", hint: "./kw setup",
                cause: log.split(separator: "\n").last.map(String.init))
        case .failure(let failure):
            throw KernelwrightError(
                .badInput, "ONNX Runtime cannot run this workload", hint: "choose another baseline",
                cause: failure.message)
        }
    }

    public func bind(_ buffers: BufferSet, deadline: Duration) async -> WorkerFailure? {
        let request = BaselineRequest.bind(buffers: Self.descriptors(of: buffers))
        guard case .failure(let failure) = await Self.exchange(request, with: worker, deadline: deadline) else {
            return nil
        }
        worker.stop()
        return failure
    }

    public func run(count: Int, deadline: Duration) async -> Result<Duration, WorkerFailure> {
        let result = await Self.exchange(.run(count: count), with: worker, deadline: deadline)
        if case .failure = result { worker.stop() }
        return result.map(\.elapsed)
    }

    public func pause() { worker.pause() }
    public func resume() { worker.resume() }
    public func stop() { worker.stop() }

    /// Settings of the C library under which freed memory stays with the process (mallopt(3)): a session's inner
    /// tensors would otherwise pay page faults at every call.
    private static let keptMemory = [
        "MALLOC_MMAP_THRESHOLD_": "4294967296",
        "MALLOC_TRIM_THRESHOLD_": "17179869184",
        "PYTHONDONTWRITEBYTECODE": "1",
    ]

    private static func descriptors(of buffers: BufferSet) -> [BufferDescriptor] {
        buffers.descriptors.filter { $0.role != .scratch }
    }

    private static func exchange(
        _ request: BaselineRequest, with worker: LineProcess, deadline: Duration
    ) async -> Result<(value: BaselineAnswer, elapsed: Duration), WorkerFailure> {
        guard let line = try? JSONEncoder().encode(request) else {
            preconditionFailure("every request has a JSON form")
        }
        switch await worker.request(line, deadline: deadline) {
        case .failure(.timedOut(let seconds)): return .failure(.timedOut(seconds: seconds))
        case .failure(.ended(let signal, let log)): return .failure(.crashed(signal: signal, detail: log))
        case .success(let answer):
            guard let value = try? JSONDecoder().decode(BaselineAnswer.self, from: answer.line) else {
                return .failure(.launchError("the baseline worker answered no JSON"))
            }
            if let error = value.error { return .failure(.launchError("\(error.code): \(error.message)")) }
            return .success((value, answer.elapsed))
        }
    }
}

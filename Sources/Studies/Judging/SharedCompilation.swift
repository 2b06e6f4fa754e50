import KernelIR
import Rendering
import Synchronization
import Workers

/// A host that compiles a solution once for all who ask for it in turn.
final class SharedCompilation: CandidateHost {
    private let host: any CandidateHost
    private let last = Mutex<(solution: Solution, outcome: Result<CompiledSolution, WorkerFailure>)?>(nil)

    init(_ host: any CandidateHost) { self.host = host }

    var isSandboxed: Bool { host.isSandboxed }

    func compile(
        _ solution: Solution, deadline: Duration
    ) async throws(KernelwrightError) -> Result<CompiledSolution, WorkerFailure> {
        if let last = last.withLock({ $0 }), last.solution == solution { return last.outcome }
        let outcome = try await host.compile(solution, deadline: deadline)
        last.withLock { $0 = (solution, outcome) }
        return outcome
    }

    func start(
        _ compiled: CompiledSolution, buffers: BufferSet, deadline: Duration
    ) async throws(KernelwrightError) -> Result<any RunningCandidate, WorkerFailure> {
        try await host.start(compiled, buffers: buffers, deadline: deadline)
    }

    func start(
        _ compiled: CompiledSolution, buffers: BufferSet, threads: Int?, deadline: Duration
    ) async throws(KernelwrightError) -> Result<any RunningCandidate, WorkerFailure> {
        try await host.start(compiled, buffers: buffers, threads: threads, deadline: deadline)
    }
}

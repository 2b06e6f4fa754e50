import KernelIR
import Rendering
import Workers

/// A solution as a baseline: it runs in a worker like a candidate, confined alike.
///
/// A solution that is compared with itself so shows what the timing alone calls a difference.
public final class SolutionBaseline: Baseline {
    public let name: String
    public let version: String
    private let launched: LaunchedCandidate

    private init(_ solution: Solution, _ launched: LaunchedCandidate) {
        name = solution.name
        version = solution.author
        self.launched = launched
    }

    /// The source of a baseline that compiles and starts a solution when it is first needed.
    ///
    /// A solution that cannot be compiled or started disqualifies the baseline.
    public static func source(_ solution: Solution, on host: any CandidateHost, limits: Limits = Limits())
        -> BaselineSource
    {
        BaselineSource(name: solution.name) { buffers throws(KernelwrightError) in
            let compiled = try await host.compile(solution, deadline: limits.suiting(solution).compile)
            guard case .success(let program) = compiled else { throw refusal(solution, compiled.failure) }
            let started = try await LaunchedCandidate.start(
                program, on: host, buffers: buffers, startLimit: limits.start)
            guard case .success(let launched) = started else { throw refusal(solution, started.failure) }
            return SolutionBaseline(solution, launched)
        }
    }

    public func bind(_ buffers: BufferSet, deadline: Duration) async -> WorkerFailure? {
        await launched.bind(buffers, deadline: deadline)
    }

    public func run(count: Int, deadline: Duration) async -> Result<Duration, WorkerFailure> {
        await launched.run(count: count, deadline: deadline)
    }

    public func renew(deadline: Duration) async -> WorkerFailure? { await launched.renew(deadline: deadline) }

    public func pause() { launched.pause() }
    public func resume() { launched.resume() }
    public func stop() { launched.stop() }

    private static func refusal(_ solution: Solution, _ failure: WorkerFailure?) -> KernelwrightError {
        KernelwrightError(
            .badInput, "the solution '\(solution.name)' cannot run as a baseline", cause: failure?.message)
    }
}

extension Result where Failure == WorkerFailure {
    fileprivate var failure: WorkerFailure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}

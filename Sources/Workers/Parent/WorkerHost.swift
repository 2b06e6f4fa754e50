import Devices
import Dispatch
import FoundationEssentials
import Glibc
import KernelIR
import Rendering
import Synchronization

/// The host of candidates in worker processes: warm compile workers, and a run worker for every candidate.
///
/// A fresh run worker is started while the compiler works, so that starting a candidate does not wait for it.
public final class WorkerHost: CandidateHost {
    /// A compile worker's place; it compiles one solution at a time.
    private final class CompilerSlot: Sendable {
        let compiler = Mutex(Compiler())
    }

    private struct Compiler {
        var connection: WorkerConnection?
        var compilations = 0
    }

    private let configuration: WorkerConfiguration
    private let check: PlanCheck
    private let bubblewrap: String?
    private let thread = SpawnThread()
    private let compilers: [CompilerSlot]
    /// What was compiled so far, ahead of the asking or for an earlier judgement.
    private let cache = Mutex(CompiledCache(byteLimit: 64 << 20))
    private let spare = Mutex<WorkerConnection?>(nil)
    /// Files of unconfined workers; removed with the host.
    private let privateFolder: String

    /// - Parameters:
    ///   - limits: those of the device that `configuration` names.
    ///   - language: what it compiles.
    /// - Throws: `missingComponent` when the worker executable or bubblewrap is not there.
    public init(
        limits: DeviceLimits, language: Solution.Target.Language = .opencl, configuration: WorkerConfiguration
    ) throws(KernelwrightError) {
        self.configuration = configuration
        check = PlanCheck(limits: limits, scratchBytes: configuration.scratchBytes, language: language)
        bubblewrap = try configuration.checked()
        compilers = (0..<max(1, configuration.compilers)).map { _ in CompilerSlot() }
        var template = Array("/tmp/kernelwright-XXXXXX".utf8CString)
        if bubblewrap == nil, mkdtemp(&template) == nil {
            throw KernelwrightError(
                .missingComponent, "no private folder in /tmp", cause: "\(SystemError(code: errno))")
        }
        privateFolder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for slot in compilers { slot.compiler.withLock { $0.connection?.process.kill() } }
        spare.withLock { $0?.process.kill() }
        if bubblewrap == nil { try? FileManager.default.removeItem(atPath: privateFolder) }
    }

    public var isSandboxed: Bool { bubblewrap != nil }

    /// Starts the compile worker, which takes about a second, ahead of the first candidate.
    public func warmUp() async throws(KernelwrightError) {
        try await offload { () throws(KernelwrightError) in
            try self.compilers[0].compiler.withLock { compiler throws(KernelwrightError) in
                _ = try self.ready(&compiler)
            }
        }
    }

    public func compile(
        _ solution: Solution, deadline: Duration
    ) async throws(KernelwrightError) -> Result<CompiledSolution, WorkerFailure> {
        if let known = cache.withLock({ $0.take(solution) }) {
            prepareSpare()
            return known
        }
        let result = try await compile(solution, in: compilers[0], deadline: deadline)
        if case .success = result { cache.withLock { $0.keep(result, of: solution) } }
        return result
    }

    public func prepare(_ solutions: [Solution], deadline: Duration) async {
        let solutions = solutions.filter { solution in cache.withLock { $0.take(solution) } == nil }
        for start in stride(from: 0, to: solutions.count, by: compilers.count) {
            await withTaskGroup(of: Void.self) { group in
                for (slot, solution) in zip(compilers, solutions[start...]) {
                    group.addTask { await self.compileAhead(solution, in: slot, deadline: deadline) }
                }
            }
        }
    }

    private func compileAhead(_ solution: Solution, in slot: CompilerSlot, deadline: Duration) async {
        guard let result = try? await compile(solution, in: slot, deadline: deadline) else { return }
        cache.withLock { $0.keep(result, of: solution) }
    }

    private func compile(
        _ solution: Solution, in slot: CompilerSlot, deadline: Duration
    ) async throws(KernelwrightError) -> Result<CompiledSolution, WorkerFailure> {
        if let problem = check.firstProblem(in: solution) { return .failure(.invalidPlan(problem)) }
        let start = ContinuousClock.now
        prepareSpare()
        let answer = try await offload { () throws(KernelwrightError) in try self.compiled(solution, in: slot, deadline)
        }
        return answer.flatMap { answer in
            guard case .compiled(let log, let seconds) = answer.reply,
                let bytes = try? answer.files.first?.contents(limit: configuration.fileBytes)
            else { return .failure(.crashed(signal: 0, detail: "the compile worker sent no binary")) }
            return .success(
                CompiledSolution(
                    solution: solution, binary: ProgramBinary(device: configuration.device, bytes: bytes), log: log,
                    driverSeconds: seconds, totalSeconds: (ContinuousClock.now - start) / .seconds(1)))
        }
    }

    public func start(
        _ compiled: CompiledSolution, buffers: BufferSet, deadline: Duration
    ) async throws(KernelwrightError) -> Result<any RunningCandidate, WorkerFailure> {
        try await start(compiled, buffers: buffers, threads: nil, deadline: deadline)
    }

    public func start(
        _ compiled: CompiledSolution, buffers: BufferSet, threads: Int?, deadline: Duration
    ) async throws(KernelwrightError) -> Result<any RunningCandidate, WorkerFailure> {
        if let problem = Self.firstUnknownBuffer(in: compiled.solution, buffers) {
            return .failure(.invalidPlan(problem))
        }
        let scratch = try SharedArena(
            ArenaLayout(compiled.solution.scratch.map { ($0.name, .scratch, $0.bytes) }))
        let start = ContinuousClock.now
        return try await offload { () throws(KernelwrightError) in
            let connection = threads == nil ? try self.takeSpare() : try self.spawn(.run, threads: threads)
            let candidate = WorkerCandidate(connection, buffers: buffers, scratch: scratch)
            return candidate.load(compiled, since: start, timeout: deadline).map { candidate }
        }
    }

    private func compiled(
        _ solution: Solution, in slot: CompilerSlot, _ deadline: Duration
    ) throws(KernelwrightError) -> Result<WorkerConnection.Answer, WorkerFailure> {
        try slot.compiler.withLock { compiler throws(KernelwrightError) in
            let connection = try ready(&compiler)
            let answer = connection.request(.compile(solution), timeout: deadline)
            compiler.compilations += 1
            guard case .failure(let failure) = answer, failure.endsCompiler else { return answer }
            connection.process.kill()
            compiler.connection = nil
            guard case .crashed(let signal, let detail) = failure else { return answer }
            return .failure(.compileError(log: "the compiler died of signal \(signal): \(detail)"))
        }
    }

    private func ready(_ compiler: inout Compiler) throws(KernelwrightError) -> WorkerConnection {
        if let connection = compiler.connection, compiler.compilations < configuration.compilationsPerWorker {
            return connection
        }
        compiler.connection?.process.kill()
        let connection = try spawn(.compile)
        compiler = Compiler(connection: connection)
        return connection
    }

    private func spawn(
        _ kind: WorkerCommand.Kind, threads: Int? = nil
    ) throws(KernelwrightError) -> WorkerConnection {
        var command = WorkerCommand(
            kind, configuration, bubblewrap: bubblewrap, privateFolder: "\(privateFolder)/\(UUID().uuidString)")
        // PoCL's own limit, which other drivers ignore (https://portablecl.org/docs/html/env_variables.html).
        if let threads { command.environment.append("POCL_MAX_PTHREAD_COUNT=\(threads)") }
        return try WorkerConnection(command, thread: thread)
    }

    /// Starts a run worker beside the compilation; if that fails, the start of the candidate will say why.
    private func prepareSpare() {
        DispatchQueue.global().async { [self] in
            spare.withLock { spare in
                if spare == nil { spare = try? spawn(.run) }
            }
        }
    }

    private func takeSpare() throws(KernelwrightError) -> WorkerConnection {
        try spare.withLock { spare throws(KernelwrightError) in
            defer { spare = nil }
            if let spare { return spare }
            return try spawn(.run)
        }
    }

    private static func firstUnknownBuffer(in solution: Solution, _ buffers: BufferSet) -> String? {
        let known = Set(buffers.specs.map { ArenaLayout.Region.bufferName($0.role, $0.name) })
        for (index, launch) in solution.launches.enumerated() {
            for name in launch.arguments.compactMap(\.buffer) {
                if case .scratch = name { continue }
                if !known.contains(name) {
                    return "launch \(index) (\(launch.kernel)) names the unknown buffer \(name)"
                }
            }
        }
        return nil
    }
}

extension WorkerFailure {
    /// Whether a compile worker is of no more use after this.
    fileprivate var endsCompiler: Bool {
        switch self {
        case .compileError, .invalidPlan, .launchError, .fault: false
        case .crashed, .timedOut, .outOfMemory, .sandboxViolation, .outOfBounds, .inputModified: true
        }
    }
}

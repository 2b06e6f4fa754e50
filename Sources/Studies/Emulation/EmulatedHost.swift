import Devices
import KernelIR
import Rendering
import Synchronization
import Workers

/// Runs candidates on a simulated device in this process: for kernels of one's own.
///
/// The emulator checks every access, so that a kernel cannot reach beyond its buffers; but the compiler is given the source
/// without any confinement, which `isSandboxed` says.
public struct EmulatedHost: CandidateHost {
    public let device: SimulatedDevice
    public let isSandboxed = false
    private let check: PlanCheck

    public init(_ device: SimulatedDevice) {
        self.device = device
        check = PlanCheck(limits: device.limits, scratchBytes: 1 << 30, language: .cuda)
    }

    public func compile(
        _ solution: Solution, deadline: Duration
    ) async throws(KernelwrightError) -> Result<CompiledSolution, WorkerFailure> {
        if let problem = check.firstProblem(in: solution) { return .failure(.invalidPlan(problem)) }
        let clock = ContinuousClock()
        let start = clock.now
        do throws(DeviceFailure) {
            let made = try device.compile(solution)
            let seconds = (clock.now - start) / .seconds(1)
            return .success(
                CompiledSolution(
                    solution: solution, binary: made.binary, log: made.log, driverSeconds: seconds,
                    totalSeconds: seconds))
        } catch {
            return .failure(WorkerFailure(error))
        }
    }

    public func start(
        _ compiled: CompiledSolution, buffers: BufferSet, deadline: Duration
    ) async throws(KernelwrightError) -> Result<any RunningCandidate, WorkerFailure> {
        do throws(DeviceFailure) {
            return .success(try EmulatedCandidate(compiled, buffers, on: device))
        } catch {
            return .failure(WorkerFailure(error))
        }
    }
}

/// A candidate in the emulator.
///
/// Unchecked: a judge works with one candidate in one task, as a loaded solution demands.
private final class EmulatedCandidate: RunningCandidate, @unchecked Sendable {
    let startup = (totalSeconds: 0.0, driverSeconds: 0.0)
    private let plan: any LoadedSolution
    private let scratch: [BufferName: UnsafeMutableRawBufferPointer]
    private let bound: Mutex<BufferSet>

    init(_ compiled: CompiledSolution, _ buffers: BufferSet, on device: SimulatedDevice) throws(DeviceFailure) {
        var scratch: [BufferName: UnsafeMutableRawBufferPointer] = [:]
        for buffer in compiled.solution.scratch {
            scratch[.scratch(buffer.name)] = .allocate(byteCount: max(buffer.bytes, 1), alignment: 256)
        }
        self.scratch = scratch
        bound = Mutex(buffers)
        plan = try device.load(
            compiled.solution, compiled.binary, buffers: Self.memory(buffers).merging(scratch) { $1 })
    }

    deinit { for region in scratch.values { region.deallocate() } }

    func run(count: Int, prepare: Bool, deadline: Duration) async -> Result<Duration, WorkerFailure> {
        finished { () throws(DeviceFailure) in try plan.run(count: count, prepare: prepare) }
    }

    func bind(_ buffers: BufferSet, deadline: Duration) async -> WorkerFailure? {
        let outcome = finished { () throws(DeviceFailure) in
            try plan.bind(Self.memory(buffers).merging(scratch) { $1 })
        }
        guard case .failure(let failure) = outcome else {
            bound.withLock { $0 = buffers }
            return nil
        }
        return failure
    }

    func attach(_ buffers: BufferSet, deadline: Duration) async -> WorkerFailure? {
        let outcome = finished { () throws(DeviceFailure) in try plan.attach(Self.memory(buffers)) }
        if case .failure(let failure) = outcome { return failure }
        return nil
    }

    func runAttached(prepare: Bool, deadline: Duration) async -> Result<Duration, WorkerFailure> {
        finished { () throws(DeviceFailure) in try plan.runAttached(prepare: prepare) }
    }

    func predict(prepare: Bool, deadline: Duration) async -> Result<PlanPrediction, WorkerFailure>? {
        do throws(DeviceFailure) {
            return try plan.predict(prepare: prepare).map { .success($0) }
        } catch {
            return .failure(WorkerFailure(error))
        }
    }

    var coverage: Double { plan.coverage }

    var outputSamples: [OutputSample] { plan.outputSamples }

    func pause() {}
    func resume() {}

    func poison(_ pattern: Poison) { bound.withLock { $0.poisonOutputs(pattern) } }

    /// The emulator ends a launch at the first access out of bounds.
    func inspect() -> WorkerFailure? { bound.withLock { $0.firstDamage() }.map { .outOfBounds(buffer: $0) } }

    func stop() {}

    /// How long the emulator took, which says nothing about a GPU, or what went wrong.
    private func finished(_ work: () throws(DeviceFailure) -> Void) -> Result<Duration, WorkerFailure> {
        let clock = ContinuousClock()
        let start = clock.now
        do throws(DeviceFailure) {
            try work()
            return .success(clock.now - start)
        } catch {
            return .failure(WorkerFailure(error))
        }
    }

    private static func memory(_ buffers: BufferSet) -> [BufferName: UnsafeMutableRawBufferPointer] {
        var memory: [BufferName: UnsafeMutableRawBufferPointer] = [:]
        for spec in buffers.specs {
            guard let bytes = buffers.bytes(of: spec.name) else { continue }
            switch spec.role {
            case .input: memory[.input(spec.name)] = bytes
            case .parameter: memory[.parameter(spec.name)] = bytes
            case .output: memory[.output(spec.name)] = bytes
            case .scratch: memory[.scratch(spec.name)] = bytes
            }
        }
        return memory
    }
}

import Devices
import KernelIR
import Reference
import Rendering
import Synchronization
import Workers
import Workloads

@testable import Evaluation

/// What a fake candidate does at its calls: writes outputs and says how long it took.
struct Behaviour: Sendable {
    /// Called with the bound buffers and the number of calls before this one.
    var call: @Sendable (BufferSet, Int) -> Result<Duration, WorkerFailure>
    /// What an inspection of the guards tells.
    var damage: WorkerFailure?
    /// What a model of the device says; nil where it has a clock.
    var predictedSeconds: Double?
    /// The fraction of the work-groups that a call executes.
    var coverage = 1.0
    /// What these leave in outputs, by the emulator's word.
    var outputSamples: [OutputSample] = []

    init(
        damage: WorkerFailure? = nil, _ call: @escaping @Sendable (BufferSet, Int) -> Result<Duration, WorkerFailure>
    ) {
        self.call = call
        self.damage = damage
    }

    /// Computes y = max(x, 0) in the given time.
    static func relu(milliseconds: Int = 1) -> Behaviour {
        Behaviour { buffers, _ in
            buffers.map { max($0, 0) }
            return .success(.milliseconds(milliseconds))
        }
    }
}

extension BufferSet {
    /// Applies a function to every element of `x` and stores it in `y`.
    func map(_ function: (Float) -> Float) {
        guard let x = bytes(of: "x"), let y = bytes(of: "y") else { return }
        let source = x.bindMemory(to: Float.self)
        let target = y.bindMemory(to: Float.self)
        for index in source.indices { target[index] = function(source[index]) }
    }
}

/// Runs behaviours by the solution's name, in this process.
struct FakeHost: CandidateHost {
    var behaviours: [String: Behaviour]
    var compileFailures: [String: WorkerFailure] = [:]
    /// Behaviours of workers whose number of threads is chosen.
    var fewThreads: [String: Behaviour] = [:]
    let isSandboxed = true

    func compile(
        _ solution: Solution, deadline: Duration
    ) async throws(KernelwrightError) -> Result<CompiledSolution, WorkerFailure> {
        if let failure = compileFailures[solution.name] { return .failure(failure) }
        return .success(
            CompiledSolution(
                solution: solution, binary: ProgramBinary(device: "fake", bytes: []), log: "", driverSeconds: 0.25,
                totalSeconds: 0.26))
    }

    func start(
        _ compiled: CompiledSolution, buffers: BufferSet, deadline: Duration
    ) async throws(KernelwrightError) -> Result<any RunningCandidate, WorkerFailure> {
        try await start(compiled, buffers: buffers, threads: nil, deadline: deadline)
    }

    func start(
        _ compiled: CompiledSolution, buffers: BufferSet, threads: Int?, deadline: Duration
    ) async throws(KernelwrightError) -> Result<any RunningCandidate, WorkerFailure> {
        let few = threads.flatMap { _ in fewThreads[compiled.solution.name] }
        guard let behaviour = few ?? behaviours[compiled.solution.name] else {
            return .failure(.invalidPlan("no behaviour is called \(compiled.solution.name)"))
        }
        return .success(FakeCandidate(behaviour, buffers))
    }
}

/// A candidate that takes as long as it says.
final class FakeCandidate: RunningCandidate, Baseline {
    let name = "fake"
    let version = "1"
    let startup = (totalSeconds: 0.1, driverSeconds: 0.05)
    private let behaviour: Behaviour
    private let state: Mutex<(buffers: BufferSet, calls: Int, paused: Bool)>
    private let attached = Mutex<[BufferSet]>([])

    init(_ behaviour: Behaviour, _ buffers: BufferSet) {
        self.behaviour = behaviour
        state = Mutex((buffers, 0, false))
    }

    func run(count: Int, prepare: Bool, deadline: Duration) async -> Result<Duration, WorkerFailure> {
        state.withLock { state in
            guard !state.paused else { return .failure(.timedOut(seconds: deadline.seconds)) }
            var total = Duration.zero
            // Equal calls leave equal outputs: the first and the last of a batch are enough.
            for call in Set([0, count - 1]).sorted() {
                switch behaviour.call(state.buffers, state.calls + call) {
                case .failure(let failure): return .failure(failure)
                case .success(let elapsed): total = elapsed * count
                }
            }
            state.calls += count
            return .success(total)
        }
    }

    func run(count: Int, deadline: Duration) async -> Result<Duration, WorkerFailure> {
        await run(count: count, prepare: true, deadline: deadline)
    }

    func attach(_ buffers: BufferSet, deadline: Duration) async -> WorkerFailure? {
        attached.withLock { $0.append(buffers) }
        return nil
    }

    func attach(_ sets: [BufferSet], deadline: Duration) async -> WorkerFailure? {
        attached.withLock { $0 += sets }
        return nil
    }

    func runAttached(prepare: Bool, deadline: Duration) async -> Result<Duration, WorkerFailure> {
        state.withLock { state in
            guard !state.paused else { return .failure(.timedOut(seconds: deadline.seconds)) }
            var total = Duration.zero
            for set in attached.withLock({ $0 }) {
                switch behaviour.call(set, state.calls) {
                case .failure(let failure): return .failure(failure)
                case .success(let elapsed): total += elapsed
                }
                state.calls += 1
            }
            return .success(total)
        }
    }

    func bind(_ buffers: BufferSet, deadline: Duration) async -> WorkerFailure? {
        state.withLock { $0.buffers = buffers }
        return nil
    }

    var coverage: Double { behaviour.coverage }

    var outputSamples: [OutputSample] { behaviour.outputSamples }

    func predict(prepare: Bool, deadline: Duration) async -> Result<PlanPrediction, WorkerFailure>? {
        behaviour.predictedSeconds.map { .success(.of(seconds: $0)) }
    }

    func pause() { state.withLock { $0.paused = true } }
    func resume() { state.withLock { $0.paused = false } }
    func poison(_ pattern: Poison) { state.withLock { $0.buffers.poisonOutputs(pattern) } }
    func inspect() -> WorkerFailure? { behaviour.damage }
    func stop() {}
}

/// A baseline whose runs write memory of their own, as PyTorch's do.
final class KeepingBaseline: Baseline {
    let name = "keeper"
    let version = "1"
    private let buffers: Mutex<BufferSet>

    init(_ buffers: BufferSet) { self.buffers = Mutex(buffers) }

    func bind(_ buffers: BufferSet, deadline: Duration) async -> WorkerFailure? {
        self.buffers.withLock { $0 = buffers }
        return nil
    }

    func run(count: Int, deadline: Duration) async -> Result<Duration, WorkerFailure> {
        .success(.milliseconds(4) * count)
    }

    func collect(deadline: Duration) async -> WorkerFailure? {
        buffers.withLock { $0.map { max($0, 0) } }
        return nil
    }

    func pause() {}
    func resume() {}
    func stop() {}
}

/// Standard normal inputs of a relu with its oracle.
struct FakeInputs: InputSetSource {
    let seed: Seed
    var count = 1000

    func draw(_ role: InputSetRole) async throws(KernelwrightError) -> InputSet {
        let buffers = try BufferSet([
            BufferSpec(name: "x", role: .input, dtype: .float32, shape: [count]),
            BufferSpec(name: "y", role: .output, dtype: .float32, shape: [count]),
        ])
        redraw(buffers, seed: seed(of: role))
        return InputSet(name: role.rawValue, buffers: buffers, expected: try expected(for: buffers))
    }

    /// None: a fake counts its calls.
    let furtherDistributions: [InputDistribution] = []

    func draw(further distribution: InputDistribution) async throws(KernelwrightError) -> InputSet {
        try await draw(.checking)
    }

    func redraw(_ buffers: BufferSet, from distribution: InputDistribution, seed: Seed) { redraw(buffers, seed: seed) }

    func redraw(_ buffers: BufferSet, seed: Seed) {
        let values = Samples.normal(count, seed: seed.words[0])
        buffers.bytes(of: "x")?.copyBytes(from: values.withUnsafeBytes { Array($0) })
    }

    func expected(for buffers: BufferSet) throws(KernelwrightError) -> [ExpectedOutput] {
        let values = buffers.bytes(of: "x").map { Array($0.bindMemory(to: Float.self)) } ?? []
        return [
            ExpectedOutput(
                name: "y", dtype: .float32, values: values.map { Double(max($0, 0)) },
                plain: .init(normwise: 0, elementwise: 0), reductionLength: 1)
        ]
    }
}

import Evaluation
import KernelIR
import Rendering
import Workers
import Workloads

/// What a solution's outputs are on a battery.
struct BatteryOutcome: Sendable {
    /// How one draw ended.
    enum DrawOutcome: Sendable {
        /// Bit for bit what the original gave.
        case equal
        /// Different bits that keep the tolerance; `isCoarser` where the error is more than twice the original's.
        case inside(isCoarser: Bool)
        /// Out of tolerance, or a NaN or an infinity in the wrong place.
        case outside
        /// Not run: the original itself leaves the tolerance, or the distribution told already.
        case skipped
    }

    /// Why it could not be run to the end: it does not compile, crashed, wrote beside its buffers, or hung.
    var death: String?
    var draws: [DrawOutcome] = []
    /// Output bytes by draw, where they were asked for.
    var bytes: [[UInt8]] = []
    /// Errors by draw, likewise.
    var errors: [OutputErrors] = []
    /// Whether each of KernelBench's rules accepts, in the order asked.
    var accepted: [Bool] = []
}

/// Runs solutions on a battery, each in one worker without timing.
struct BatteryRun {
    let battery: Battery
    let host: any CandidateHost
    let limits: Limits
    /// KernelBench's rules to apply.
    let rules: [KernelBenchRule]

    /// - Parameters:
    ///   - original: what the unmutated kernel gave, with bytes; nil for a solution that has none.
    ///   - keepsBytes: whether the outcome shall hold the outputs.
    func run(
        _ solution: Solution, original: BatteryOutcome? = nil, keepsBytes: Bool = false
    ) async throws -> BatteryOutcome {
        var outcome = BatteryOutcome(accepted: rules.map { _ in true })
        let running: any RunningCandidate
        switch try await start(solution) {
        case .failure(let failure):
            outcome.death = failure.status
            return outcome
        case .success(let candidate): running = candidate
        }
        defer { running.stop() }
        do throws(Death) {
            try await runDraws(running, original, keepsBytes, &outcome)
            try await runTrials(running, &outcome)
        } catch {
            outcome.death = error.status
        }
        return outcome
    }

    /// A failure of the candidate.
    private struct Death: Error { var status: String }

    private func start(_ solution: Solution) async throws -> Result<any RunningCandidate, WorkerFailure> {
        switch try await host.compile(solution, deadline: limits.compile) {
        case .failure(let failure): return .failure(failure)
        case .success(let compiled):
            return try await host.start(compiled, buffers: battery.draws[0].set.buffers, deadline: limits.start)
        }
    }

    private func runDraws(
        _ running: any RunningCandidate, _ original: BatteryOutcome?, _ keepsBytes: Bool,
        _ outcome: inout BatteryOutcome
    ) async throws(Death) {
        var told: Set<InputDistribution> = []
        for (number, draw) in battery.draws.enumerated() {
            let originalFails = original.map { if case .outside = $0.draws[number] { true } else { false } } ?? false
            guard !originalFails, !told.contains(draw.distribution) else {
                outcome.draws.append(.skipped)
                continue
            }
            try await runOnce(running, on: draw.set)
            let (bytes, errors) = (draw.set.outputBytes, draw.set.outputErrors())
            if keepsBytes {
                outcome.bytes.append(bytes)
                outcome.errors.append(errors)
            }
            if let original, original.bytes[number] == bytes {
                outcome.draws.append(.equal)
            } else if errors.keepsTolerance {
                outcome.draws.append(.inside(isCoarser: Self.isCoarser(errors, than: original?.errors[number])))
            } else {
                outcome.draws.append(.outside)
                if original != nil { told.insert(draw.distribution) }
            }
        }
    }

    /// Whether an error is more than twice another, or than one rounding where that is less.
    private static func isCoarser(_ errors: OutputErrors, than original: OutputErrors?) -> Bool {
        guard let original else { return false }
        let unit = DType.float32.roundingUnit
        return errors.normwise > 2 * max(original.normwise, unit)
            || errors.elementwise > 2 * max(original.elementwise, unit)
    }

    private func runTrials(_ running: any RunningCandidate, _ outcome: inout BatteryOutcome) async throws(Death) {
        for trial in battery.trials where outcome.accepted.contains(true) {
            try await runOnce(running, on: trial.set)
            let found = battery.outputs(in: trial.set)
            for (number, rule) in rules.enumerated() where !rule.accepts(found, expected: trial.expected) {
                outcome.accepted[number] = false
            }
        }
    }

    private func runOnce(_ running: any RunningCandidate, on set: InputSet) async throws(Death) {
        running.resume()
        if let failure = await running.bind(set.buffers, deadline: limits.start) {
            throw Death(status: failure.status)
        }
        running.pause()
        running.poison(.ones)
        running.resume()
        if case .failure(let failure) = await running.run(count: 1, prepare: true, deadline: limits.run) {
            throw Death(status: failure.status)
        }
        running.pause()
        if let failure = running.inspect() { throw Death(status: failure.status) }
    }
}

extension InputSet {
    /// All outputs as they lie in memory, in the workload's order.
    fileprivate var outputBytes: [UInt8] {
        expected.flatMap { Array(buffers.bytes(of: $0.name) ?? .init(start: nil, count: 0)) }
    }
}

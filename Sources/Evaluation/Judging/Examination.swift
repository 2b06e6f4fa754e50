import KernelIR
import Workers

/// One candidate on the stand: what was found so far, and the steps that find more.
///
/// Every step leaves the candidate paused.
struct Examination {
    let candidate: LaunchedCandidate
    let limits: Limits
    var findings = Findings()
    private var boundTo: String
    private var hasLaunched = false

    /// What the steps found.
    struct Findings {
        var accuracy: [Accuracy] = []
        /// The least fraction of the work-groups that a checked run executed.
        var coverage = 1.0
        var determinism: Determinism?
        var costs = Costs()
    }

    /// - Parameter set: the input set that the candidate was started on.
    init(_ candidate: LaunchedCandidate, boundTo set: InputSet, limits: Limits) {
        self.candidate = candidate
        self.limits = limits
        boundTo = set.name
    }

    /// Runs once on poisoned outputs and scratch and compares every element with the oracle, or every one that was
    /// written where some work-groups stand for all.
    ///
    /// - Parameter isBound: whether the set lies in the memory that is bound already, under whatever name.
    /// - Returns: the time of the run.
    mutating func check(
        on set: InputSet, poison: Poison, isBound: Bool = false
    ) async throws(Rejection) -> Duration {
        if !isBound, boundTo != set.name { try await bind(to: set) }
        let elapsed = try await runOnce(poison: poison)
        let coverage = candidate.coverage
        findings.coverage = min(findings.coverage, coverage)
        let sample = coverage < 1 ? SampledOutputs(set, poison: poison) : nil
        let report = sample.map { OutputReport($0.set, copy: $0.copy) } ?? OutputReport(set)
        findings.accuracy.append(report.accuracy)
        if let rejection = sample?.rejection(candidate.outputSamples)
            ?? report.rejection(poison: sample == nil ? poison : nil)
        {
            throw rejection
        }
        return elapsed
    }

    /// Runs again on the bound inputs and compares the bits with those of the first run; never a rejection by itself.
    ///
    /// - Parameter others: starts the same program in a fresh process with so many threads, or with all; nil leaves
    ///   other processes out.
    mutating func examineDeterminism(
        on set: InputSet, runs: Int, others: ((_ threads: Int?) async throws -> any RunningCandidate)?
    ) async throws {
        var determinism = Determinism(runs: runs, bitwise: true)
        var first: [[UInt8]] = []
        for run in 0..<runs {
            // What a sample of the work-groups leaves unwritten must be alike.
            _ = try await runOnce(poison: run.isMultiple(of: 2) || candidate.coverage < 1 ? .ones : .large)
            if run == 0 {
                first = Self.outputs(of: set)
            } else if Self.outputs(of: set) != first {
                determinism = Determinism(runs: runs, bitwise: false, cause: .repetition)
            }
        }
        if let others, determinism.bitwise {
            determinism.runs += 1
            if try await !repeats(first, on: set, with: others(1)) {
                // Another process has other addresses too: with all threads it tells the two apart.
                let isSteady = try await repeats(first, on: set, with: others(nil))
                determinism = Determinism(runs: runs + 2, bitwise: false, cause: isSteady ? .threads : .addresses)
            }
        }
        findings.determinism = determinism
    }

    /// Whether another process of the program leaves the same bits; one that fails does not.
    private mutating func repeats(
        _ bits: [[UInt8]], on set: InputSet, with other: any RunningCandidate
    ) async throws -> Bool {
        defer { other.stop() }
        findings.costs.loadSeconds += other.startup.driverSeconds
        other.poison(.large)
        switch await other.run(count: 1, prepare: true, deadline: limits.firstRun) {
        case .failure(let failure):
            findings.costs.kernelSeconds += failure.spentSeconds
            return false
        case .success(let elapsed):
            other.pause()
            findings.costs.kernelSeconds += elapsed.seconds
            return other.inspect() == nil && Self.outputs(of: set) == bits
        }
    }

    /// Runs on doubled inputs, which stay so, and compares with the run before; nothing where runs differ by themselves.
    mutating func check(_ doubling: DoublingCheck, on set: InputSet) async throws(Rejection) {
        guard findings.determinism?.bitwise == true, findings.coverage == 1 else { return }
        let before = OutputCopy(set.buffers)
        before.take(from: set.buffers)
        doubling.double(set.buffers)
        _ = try await runOnce(poison: .ones)
        if let finding = doubling.finding(set.buffers, before: before) { throw finding }
    }

    private static func outputs(of set: InputSet) -> [[UInt8]] {
        set.expected.map { Array(set.buffers.bytes(of: $0.name) ?? .init(start: nil, count: 0)) }
    }

    private mutating func bind(to set: InputSet) async throws(Rejection) {
        candidate.resume()
        if let failure = await candidate.bind(set.buffers, deadline: limits.start) { throw Rejection(failure) }
        candidate.pause()
        boundTo = set.name
    }

    private mutating func runOnce(poison: Poison) async throws(Rejection) -> Duration {
        candidate.pause()
        candidate.poison(poison)
        candidate.resume()
        // Frozen parameters are prepared here, in a run that is checked, and not again until the next binding.
        let deadline = hasLaunched ? limits.run : limits.firstRun
        switch await candidate.runWhole(deadline: deadline) {
        case .failure(let failure):
            charge(failure.spentSeconds)
            throw Rejection(failure)
        case .success(let elapsed):
            candidate.pause()
            charge(elapsed.seconds)
            if let failure = candidate.inspect() { throw Rejection(failure) }
            return elapsed
        }
    }

    private mutating func charge(_ seconds: Double) {
        if hasLaunched {
            findings.costs.kernelSeconds += seconds
        } else {
            findings.costs.firstLaunchSeconds += seconds
        }
        hasLaunched = true
    }
}

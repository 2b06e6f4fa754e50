import CEvaluation
import KernelIR
import Workers

/// One candidate on the stand: what was found so far, and the steps that find more.
///
/// Every step leaves the candidate paused.
struct Examination {
    let candidate: LaunchedCandidate
    let limits: Limits
    var findings = Findings()

    /// What the steps found.
    struct Findings {
        var accuracy: [Accuracy] = []
        var determinism: Determinism?
        var costs = Costs()
    }

    init(_ candidate: LaunchedCandidate, limits: Limits) {
        self.candidate = candidate
        self.limits = limits
    }

    /// Runs once on poisoned outputs and compares every element with the oracle.
    ///
    /// - Parameters:
    ///   - set: the inputs, which the candidate is bound to already when `isFirst`.
    ///   - isFirst: whether this is the first launch, which a driver may use to finish compiling.
    /// - Returns: the time of the run.
    mutating func check(on set: InputSet, poison: Poison, isFirst: Bool) async throws(Rejection) -> Duration {
        if !isFirst { try await bind(to: set) }
        let elapsed = try await runOnce(poison: poison, isFirst: isFirst)
        try compare(with: set, poison: poison)
        return elapsed
    }

    /// Runs again on the bound inputs and demands the bits of the first run; for reports, never a rejection.
    mutating func examineDeterminism(on set: InputSet, runs: Int) async throws(Rejection) {
        var bitwise = true
        var first: [[UInt8]] = []
        for run in 0..<runs {
            _ = try await runOnce(poison: run.isMultiple(of: 2) ? .ones : .large, isFirst: false)
            let bytes = set.expected.map { Array(set.buffers.bytes(of: $0.name) ?? .init(start: nil, count: 0)) }
            if run == 0 { first = bytes } else if bytes != first { bitwise = false }
        }
        findings.determinism = Determinism(runs: runs, bitwise: bitwise)
    }

    private mutating func bind(to set: InputSet) async throws(Rejection) {
        candidate.resume()
        if let failure = await candidate.bind(set.buffers, deadline: limits.start) { throw Rejection(failure) }
        candidate.pause()
    }

    private mutating func runOnce(poison: Poison, isFirst: Bool) async throws(Rejection) -> Duration {
        candidate.pause()
        candidate.running.poison(poison)
        candidate.resume()
        // Frozen parameters are prepared here, in the run that is checked, and not again until the next binding.
        let answer = await candidate.running.run(
            count: 1, prepare: true, deadline: isFirst ? limits.firstRun : limits.run)
        let elapsed: Duration
        switch answer {
        case .success(let duration): elapsed = duration
        case .failure(let failure): throw Rejection(failure)
        }
        candidate.pause()
        if isFirst {
            findings.costs.firstLaunchSeconds += elapsed.seconds
        } else {
            findings.costs.kernelSeconds += elapsed.seconds
        }
        if let failure = candidate.running.inspect() { throw Rejection(failure) }
        return elapsed
    }

    /// Compares the outputs in memory with the oracle; records the accuracy and rejects what is out of bounds.
    mutating func compare(with set: InputSet, poison: Poison?) throws(Rejection) {
        let report = OutputReport(set)
        findings.accuracy.append(report.accuracy)
        if let rejection = report.rejection(poison: poison) { throw rejection }
    }
}

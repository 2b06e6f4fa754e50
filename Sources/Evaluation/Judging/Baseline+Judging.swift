import Workers

extension Baseline {
    /// Runs once on the set that it is bound to and compares every element with what a baseline is held to.
    ///
    /// - Returns: the errors, and why the outputs are rejected, or nil.
    /// - Throws: what keeps it from running.
    func judged(
        on set: InputSet, limits: Limits
    ) async throws(Rejection) -> (accuracy: Accuracy, rejection: Rejection?) {
        pause()
        set.buffers.poisonOutputs(.ones)
        resume()
        let answer = await run(count: 1, deadline: limits.firstRun)
        if case .failure(let failure) = answer { throw Rejection(failure) }
        let failure = await collect(deadline: limits.start)
        pause()
        if let failure { throw Rejection(failure) }
        let lenient = InputSet(name: set.name, buffers: set.buffers, expected: set.expected.map { $0.forBaseline() })
        let report = OutputReport(lenient)
        return (report.accuracy, report.rejection(poison: .ones))
    }
}

import Workers

/// One contender with the number of calls that fills a batch.
struct BatchTimer {
    let contender: any Contender
    /// The longest a single call may take.
    let callLimit: Duration
    /// Calls in one batch.
    private(set) var calls = 1
    /// Seconds this contender ran in total, timed or not.
    var spentSeconds = 0.0

    init(_ contender: any Contender, callLimit: Duration) {
        self.contender = contender
        self.callLimit = callLimit
    }

    /// Finds the number of calls that lasts `seconds`, starting from a guess of one call's time; leaves it paused.
    ///
    /// The batches run here also bring memory and caches into the state of timed ones.
    /// - Returns: seconds a call in the last of them.
    @discardableResult
    mutating func calibrate(to seconds: Double, guess: Double) async throws(Rejection) -> Double {
        calls = Self.calls(for: seconds, each: guess)
        var each = try await runBatch()
        for _ in 0..<4 where each * Double(calls) < 0.9 * seconds {
            calls = max(calls + 1, Self.calls(for: seconds, each: each))
            each = try await runBatch()
        }
        return each
    }

    /// Runs one batch alone.
    ///
    /// - Returns: seconds a call.
    mutating func runBatch() async throws(Rejection) -> Double {
        contender.resume()
        let answer = await contender.run(count: calls, deadline: callLimit * calls)
        contender.pause()
        switch answer {
        case .success(let elapsed):
            spentSeconds += elapsed.seconds
            return elapsed.seconds / Double(calls)
        case .failure(let failure):
            spentSeconds += failure.spentSeconds
            throw Rejection(failure)
        }
    }

    private static func calls(for seconds: Double, each: Double) -> Int {
        // A tenth more than needed, so that a slightly faster batch still is long enough.
        max(1, Int((1.1 * seconds / max(each, 1e-7)).rounded(.up)))
    }
}

extension WorkerFailure {
    /// The time a hung contender was waited for; other failures come at once.
    var spentSeconds: Double {
        if case .timedOut(let seconds) = self { seconds } else { 0 }
    }
}

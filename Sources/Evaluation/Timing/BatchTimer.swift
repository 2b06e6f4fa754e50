import Workers

/// One contender with the number of calls that fills a batch.
struct BatchTimer {
    let contender: any Contender
    /// The longest a batch may take: a single call's limit, and generous time for a batch of short ones.
    private var limit: Duration
    /// The least length of a batch in seconds.
    private let batchSeconds: Double
    /// Calls in one batch.
    private(set) var calls = 1
    /// Seconds of its last batch, 0 before there was one.
    private(set) var lastBatchSeconds = 0.0
    /// Seconds this contender ran in total, timed or not.
    var spentSeconds = 0.0

    /// - Parameters:
    ///   - callLimit: the longest a single call may take.
    ///   - batchSeconds: the least length of a batch; 0 for single calls.
    init(_ contender: any Contender, callLimit: Duration, batchSeconds: Double) {
        self.contender = contender
        self.batchSeconds = batchSeconds
        limit = callLimit + .seconds(50 * batchSeconds)
    }

    /// Finds the number of calls that fills a batch, starting from a guess of one call's seconds; leaves it paused.
    ///
    /// The batches run here also bring memory and caches into the state of timed ones. A disturbance of the machine can
    /// make one batch look long, so two of the same size must be, unless a single call is long by itself.
    /// - Returns: seconds a call in the fastest of them.
    @discardableResult
    mutating func calibrate(guess: Double) async throws(Rejection) -> Double {
        calls = Self.calls(for: batchSeconds, each: guess)
        var each = try await runBatch()
        var isSettled = calls == 1 && each > 10 * batchSeconds
        for _ in 0..<6 where !isSettled {
            let wasLong = fills(each)
            if !wasLong { calls = max(calls + 1, Self.calls(for: batchSeconds, each: each)) }
            each = min(each, try await runBatch())
            isSettled = wasLong && fills(each)
        }
        return each
    }

    /// Whether a batch is long enough at so many seconds a call.
    private func fills(_ each: Double) -> Bool { each * Double(calls) >= 0.9 * batchSeconds }

    /// Adds calls until a batch takes at least so many seconds, going by the last one; single calls stay single.
    mutating func lengthen(to seconds: Double) {
        guard batchSeconds > 0, lastBatchSeconds > 0, lastBatchSeconds < seconds else { return }
        let longer = max(calls, Int((Double(calls) * seconds / lastBatchSeconds).rounded(.up)))
        lastBatchSeconds *= Double(longer) / Double(calls)
        limit += .seconds(50 * seconds)
        calls = longer
    }

    /// Renews the contender and warms it up; nothing of it counts as a sample.
    mutating func renew() async throws(Rejection) {
        contender.resume()
        let failure = await contender.renew(deadline: limit)
        contender.pause()
        if let failure { throw Rejection(failure) }
        _ = try await runUnseen()
        if calls > 1 { _ = try await runBatch() }
    }

    /// Runs one batch alone.
    ///
    /// - Returns: seconds a call.
    mutating func runBatch() async throws(Rejection) -> Double {
        let seconds = try await run(calls)
        lastBatchSeconds = seconds
        return seconds / Double(calls)
    }

    /// Gives the contender sets of unseen inputs, and warms it up on them.
    mutating func attach(_ sets: [BufferSet], deadline: Duration) async throws(Rejection) {
        contender.resume()
        let failure = await contender.attach(sets, deadline: deadline)
        contender.pause()
        if let failure { throw Rejection(failure) }
        _ = try await runUnseen()
    }

    /// Runs once on each set of unseen inputs, alone.
    ///
    /// - Returns: the seconds of all together, with those of asking for them; nil where the contender has no such sets.
    mutating func runUnseen() async throws(Rejection) -> Double? {
        contender.resume()
        let answer = await contender.runUnseen(deadline: limit)
        contender.pause()
        return try answer.map { answer throws(Rejection) in try spent(answer) }
    }

    private mutating func run(_ count: Int) async throws(Rejection) -> Double {
        contender.resume()
        let answer = await contender.run(count: count, deadline: limit)
        contender.pause()
        return try spent(answer)
    }

    private mutating func spent(_ answer: Result<Duration, WorkerFailure>) throws(Rejection) -> Double {
        switch answer {
        case .success(let elapsed):
            spentSeconds += elapsed.seconds
            return elapsed.seconds
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

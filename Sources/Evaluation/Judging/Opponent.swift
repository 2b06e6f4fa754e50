import Workers

/// The baseline of a session: judged before it is compared with, then kept paused between its batches.
struct Opponent {
    let contender: any Baseline
    private let limits: Limits
    /// The input set it computes on.
    private(set) var boundTo: String
    /// Times it; calibrated for the input set it computes on.
    private(set) var timer: BatchTimer
    /// Seconds of one call in the last calibration or batch.
    private(set) var callSeconds: Double?
    /// Why it is disqualified, or nil.
    private(set) var fault: String?
    private var faced: Set<String> = []

    init(_ contender: any Baseline, boundTo set: String, limits: Limits) {
        self.contender = contender
        self.limits = limits
        boundTo = set
        timer = BatchTimer(contender, callLimit: limits.run, batchSeconds: TimingPlan.batchSeconds)
    }

    /// Binds to an input set; on the first meeting judges the outputs and finds the length of a batch.
    mutating func face(_ set: InputSet) async {
        guard fault == nil, boundTo != set.name || !faced.contains(set.name) else { return }
        do throws(Rejection) {
            if boundTo != set.name {
                contender.resume()
                if let failure = await contender.bind(set.buffers, deadline: limits.start) { throw Rejection(failure) }
                boundTo = set.name
            }
            if faced.insert(set.name).inserted { try await judge(on: set) }
            callSeconds = try await timer.calibrate(guess: callSeconds ?? 1)
            timer.spentSeconds = 0
        } catch {
            disqualify(error.message)
        }
    }

    /// Ends its part in the session.
    mutating func disqualify(_ reason: String) {
        fault = "baseline \(contender.name) is disqualified: \(reason)"
        callSeconds = nil
        contender.stop()
    }

    private mutating func judge(on set: InputSet) async throws(Rejection) {
        contender.pause()
        set.buffers.poisonOutputs(.ones)
        contender.resume()
        let answer = await contender.run(count: 1, deadline: limits.firstRun)
        contender.pause()
        if case .failure(let failure) = answer { throw Rejection(failure) }
        let lenient = InputSet(name: set.name, buffers: set.buffers, expected: set.expected.map { $0.forBaseline() })
        if let rejection = OutputReport(lenient).rejection(poison: .ones) { throw rejection }
    }
}

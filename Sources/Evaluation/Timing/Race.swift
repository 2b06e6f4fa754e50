/// Times a candidate against rivals in turn: rival, rival, candidate, rival, rival, candidate, …
///
/// The candidate comes last in a round, so that its outputs are still in memory when the race ends.
struct Race {
    /// What a rival is, for the record.
    struct Rival {
        var name: String
        var timer: BatchTimer
        /// Whether it is a floor kernel, whose values mean nothing.
        var isFloor: Bool
        var samples: [Double] = []
        /// Why it dropped out, if it did.
        var fault: String?

        init(name: String, timer: BatchTimer, isFloor: Bool = false) {
            self.name = name
            self.isFloor = isFloor
            self.timer = timer
        }
    }

    let plan: TimingPlan
    var candidate: BatchTimer
    var rivals: [Rival]
    /// Seconds a call of the candidate's batches.
    private(set) var samples: [Double] = []
    private(set) var stoppedEarly = false

    init(plan: TimingPlan, candidate: BatchTimer, rivals: [Rival]) {
        self.plan = plan
        self.candidate = candidate
        self.rivals = rivals
    }

    /// Runs the race.
    ///
    /// - Parameters:
    ///   - incumbent: the best time so far, which tells a hopeless candidate.
    ///   - prepare: called before each of the candidate's batches, while everybody is paused.
    ///   - verify: called after each of them.
    mutating func run(
        incumbent: Double?, prepare: () -> Void, verify: () throws(Rejection) -> Void
    ) async throws(Rejection) {
        var spent = 0.0
        while samples.count < plan.mostRounds, samples.count < plan.leastRounds || spent < plan.seconds {
            for index in rivals.indices where rivals[index].fault == nil {
                spent += await time(rival: index)
            }
            prepare()
            let each = try await candidate.runBatch()
            try verify()
            samples.append(each)
            spent += each * Double(candidate.calls)
            if let incumbent, each > plan.hopelessFactor * incumbent {
                stoppedEarly = samples.count < plan.leastRounds
                return
            }
        }
    }

    /// Times one batch of a rival; one that fails drops out, and its samples with it.
    private mutating func time(rival index: Int) async -> Double {
        do throws(Rejection) {
            let each = try await rivals[index].timer.runBatch()
            rivals[index].samples.append(each)
            return each * Double(rivals[index].timer.calls)
        } catch {
            rivals[index].fault = error.message
            rivals[index].samples = []
            return 0
        }
    }
}

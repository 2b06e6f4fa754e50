import Workers

/// Times a candidate against rivals: in every round each runs one batch, in an order that is drawn anew.
struct Race {
    /// What a rival is, for the record.
    struct Rival {
        var name: String
        var timer: BatchTimer
        /// Whether it is a floor kernel, whose values mean nothing.
        var isFloor: Bool
        var samples: [Double] = []
        /// Seconds a call on unseen inputs, before each of its batches.
        var unseen: [Double] = []
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
    /// Empties the caches before each batch; nil leaves them as they are.
    var evictor: CacheEvictor?
    /// Seconds a call of the candidate's batches.
    private(set) var samples: [Double] = []
    /// Seconds a call on unseen inputs, before each of its batches; empty where there were none.
    private(set) var unseen: [Double] = []
    /// Rounds that were run in each sitting.
    private(set) var sittings: [Int] = []
    private(set) var stoppedEarly = false

    init(plan: TimingPlan, candidate: BatchTimer, rivals: [Rival]) {
        self.plan = plan
        self.candidate = candidate
        self.rivals = rivals
    }

    /// Seconds of one round, as the last batches of all say.
    var roundSeconds: Double { ([candidate] + rivals.map(\.timer)).map(\.lastBatchSeconds).reduce(0, +) }

    /// Makes every batch at least so long.
    mutating func lengthenBatches(to seconds: Double) {
        candidate.lengthen(to: seconds)
        for index in rivals.indices { rivals[index].timer.lengthen(to: seconds) }
    }

    /// Gives the candidate and the floor kernels sets of unseen inputs and lets each compute on them once; a floor kernel
    /// that fails drops out.
    mutating func attach(_ sets: [BufferSet], deadline: Duration) async throws(Rejection) {
        try await candidate.attach(sets, deadline: deadline)
        for index in rivals.indices where rivals[index].isFloor {
            do throws(Rejection) { try await rivals[index].timer.attach(sets, deadline: deadline) } catch {
                drop(index, error)
            }
        }
    }

    /// Runs the race.
    ///
    /// - Parameters:
    ///   - incumbent: the best time so far, which tells a hopeless candidate.
    ///   - keeper: looks after inputs and outputs between the batches.
    ///   - seed: decides the order within each round; unknown to candidates.
    /// - Throws: `Rejection` where the candidate fails or the keeper finds it out.
    mutating func run(incumbent: Double?, keeper: inout some RaceKeeper, seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let rounds = plan.rounds(each: roundSeconds)
        for round in 0..<rounds where !stoppedEarly {
            if plan.beginsSitting(round, of: rounds) { try await renew() }
            if round == 0 || plan.beginsSitting(round, of: rounds) { sittings.append(0) }
            sittings[sittings.count - 1] += 1
            let isLast = round == rounds - 1
            keeper.beginRound(isLast: isLast)
            for entrant in ([.candidate] + rivals.indices.map(Entrant.rival)).shuffled(using: &random) {
                switch entrant {
                case .candidate:
                    try await runCandidate(&keeper, isLast, incumbent)
                case .rival(let index):
                    try await run(rival: index, &keeper, isLast)
                }
            }
            try keeper.endRound(isLast: isLast || stoppedEarly)
        }
        stoppedEarly = stoppedEarly && samples.count < plan.leastRounds
    }

    /// Renews everybody whose times count; a rival that fails drops out.
    private mutating func renew() async throws {
        try await candidate.renew()
        for index in rivals.indices where !rivals[index].isFloor && rivals[index].fault == nil {
            do throws(Rejection) { try await rivals[index].timer.renew() } catch { drop(index, error) }
        }
    }

    private mutating func drop(_ index: Int, _ reason: Rejection) {
        rivals[index].fault = reason.message
        rivals[index].samples = []
        rivals[index].unseen = []
    }

    private mutating func runCandidate(
        _ keeper: inout some RaceKeeper, _ isLast: Bool, _ incumbent: Double?
    ) async throws {
        keeper.prepare(.candidate)
        if let seconds = try await Self.runUnseen(&candidate, .candidate, &keeper) { unseen.append(seconds) }
        evictor?.evict()
        let each = try await candidate.runBatch()
        samples.append(each)
        if let incumbent, each > plan.hopelessFactor * incumbent { stoppedEarly = true }
        try await keeper.examine(.candidate, isLast: isLast || stoppedEarly)
    }

    /// Times one batch of a rival; one that fails drops out, and its samples with it.
    private mutating func run(rival index: Int, _ keeper: inout some RaceKeeper, _ isLast: Bool) async throws {
        guard rivals[index].fault == nil else { return }
        keeper.prepare(.rival(index))
        do throws(Rejection) {
            if let seconds = try await Self.runUnseen(&rivals[index].timer, .rival(index), &keeper) {
                rivals[index].unseen.append(seconds)
            }
            evictor?.evict()
            rivals[index].samples.append(try await rivals[index].timer.runBatch())
        } catch {
            return drop(index, error)
        }
        try await keeper.examine(.rival(index), isLast: isLast)
    }

    /// Times an entrant's calls on unseen inputs.
    ///
    /// - Returns: seconds a call; nil where there are none.
    private static func runUnseen(
        _ timer: inout BatchTimer, _ entrant: Entrant, _ keeper: inout some RaceKeeper
    ) async throws(Rejection) -> Double? {
        guard keeper.unseenSets > 0, let seconds = try await timer.runUnseen() else { return nil }
        keeper.examineUnseen(entrant)
        return seconds / Double(keeper.unseenSets)
    }
}

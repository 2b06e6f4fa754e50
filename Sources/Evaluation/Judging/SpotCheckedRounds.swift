import Workers

/// Keeps a race whose rounds all run on the same inputs: wrong values at secret places of every output before the
/// candidate's batch, right ones there afterwards, and every element after its last.
struct SpotCheckedRounds: RaceKeeper {
    let unseenSets = 0
    /// The comparison after the last batch, where it found something.
    private(set) var accuracy: [Accuracy] = []
    private let set: InputSet
    private let candidate: LaunchedCandidate
    private var spots: SpotChecks

    /// - Parameter seed: decides the places; unknown to candidates.
    init(_ set: InputSet, candidate: LaunchedCandidate, seed: UInt64) {
        self.set = set
        self.candidate = candidate
        spots = SpotChecks(set, seed: seed)
    }

    mutating func beginRound(isLast: Bool) {}

    mutating func prepare(_ entrant: Entrant) {
        if entrant == .candidate { spots.plant() }
    }

    mutating func examineUnseen(_ entrant: Entrant) {}

    mutating func examine(_ entrant: Entrant, isLast: Bool) async throws {
        guard entrant == .candidate else { return }
        try spots.verify()
        guard isLast else { return }
        if let failure = candidate.inspect() { throw Rejection(failure) }
        let report = OutputReport(set)
        guard let rejection = report.rejection(poison: nil) else { return }
        accuracy.append(report.accuracy)
        throw rejection.afterTiming
    }

    mutating func endRound(isLast: Bool) throws {}
}

extension Rejection {
    /// The same, found in a timed batch though checked runs were right.
    var afterTiming: Rejection { Rejection(status, "after a timed batch, unlike in checked runs: \(message)") }
}

import KernelIR

/// The record that a run repeats: where it ended, and what was measured, which nobody can measure again.
struct Replay: Sendable {
    private let record: RecordContents

    init(_ record: RecordContents) { self.record = record }

    /// Why the run ended; nil where its record has no end.
    var reason: StopReason? { record.end?.reason }

    /// Whether the run went no further than so many turns for a reason that its turns do not show: its time, its
    /// author's budget, somebody's wish, a crash.
    func isCut(after turns: Int) -> Bool {
        guard turns >= record.turns.count else { return false }
        switch reason {
        case .budget, .interrupted, nil: return true
        case .turns, .converged, .exhausted: return false
        }
    }

    /// The turn of that number in the order of judging; throws `badInput` where the record ends before.
    func turn(_ number: Int) throws(KernelwrightError) -> RecordedTurn {
        guard record.turns.indices.contains(number) else {
            throw KernelwrightError(.badInput, "the record ends after \(record.turns.count) turns, the replay does not")
        }
        return record.turns[number]
    }
}

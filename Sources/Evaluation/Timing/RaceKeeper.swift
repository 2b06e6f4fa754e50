/// One of those that run in a race.
enum Entrant: Hashable {
    case candidate
    /// By its index in the race.
    case rival(Int)
}

/// What happens around the batches of a race, all of it while everybody is paused and outside of every window.
protocol RaceKeeper {
    /// Sets of inputs that no call has seen; each entrant that has them computes once on each before its batch, in a
    /// request that is timed by itself. 0 leaves that out.
    var unseenSets: Int { get }

    /// Called before the first batch of a round.
    mutating func beginRound(isLast: Bool)

    /// Called before each batch.
    mutating func prepare(_ entrant: Entrant)

    /// Called between an entrant's calls on unseen inputs and its batch.
    mutating func examineUnseen(_ entrant: Entrant)

    /// Called after each batch that ended well.
    ///
    /// - Parameter isLast: whether the candidate runs no more.
    mutating func examine(_ entrant: Entrant, isLast: Bool) async throws

    /// Called after the last batch of a round.
    mutating func endRound(isLast: Bool) throws
}

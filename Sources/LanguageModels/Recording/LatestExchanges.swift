/// What a record holds for each turn, without what others took the place of.
///
/// A turn for which a later session asked again goes on from the first request that was made anew; what was recorded
/// from there on is of no use any more.
struct LatestExchanges {
    /// By turn, in the order of their attempts.
    private(set) var turns: [[Int]: [Exchange]] = [:]
    /// All others.
    private(set) var superseded: [Exchange] = []

    init(_ exchanges: [Exchange]) {
        for exchange in exchanges.withoutBeginnings {
            let (turn, attempt) = (exchange.place.turnKey, exchange.place.attempt)
            let earlier = turns[turn] ?? []
            let kept = earlier.prefix { $0.place.attempt < attempt }
            superseded += earlier[kept.endIndex...]
            turns[turn] = Array(kept) + [exchange]
        }
    }
}

extension TransportRequest.Place {
    /// The turn that it is a request of.
    var turnKey: [Int] { [trajectory, turn] }
}

extension [Exchange] {
    /// The exchanges without the beginnings of those whose end is there.
    var withoutBeginnings: [Exchange] {
        var ended: Set<TransportRequest.Place> = []
        let kept: [Exchange] = reversed().filter { exchange in
            if exchange.isBeginning { return ended.remove(exchange.place) == nil }
            ended.insert(exchange.place)
            return true
        }
        return kept.reversed()
    }
}

import KernelIR
import Policies
import Synchronization

/// Hands back recorded exchanges, so that a run repeats without an endpoint, byte for byte.
///
/// A request finds its response by its place in the run, and must be the recorded one: another means that the workload,
/// the verdicts, the seed, the limits of tokens or the prompts changed.
public final class ReplayTransport: Transport {
    /// What goes on where the record ends.
    private struct Live {
        let transport: any Transport
        let ledger: TokenLedger
    }

    /// By turn, in the order of their attempts.
    private let turns: Mutex<[[Int]: [Exchange]]>
    private let live: Live?

    /// Replays a whole record. Where a run was interrupted and asked again, the last answer counts.
    public init(_ exchanges: [Exchange]) {
        turns = Mutex(LatestExchanges(exchanges).turns)
        live = nil
    }

    /// Goes on with a run that was interrupted: what is pending is not asked for again, everything else goes to another
    /// transport.
    ///
    /// - Parameter ledger: charged for what is pending and not used, since the request for it is another one now.
    public init(resuming sessions: EarlierSessions, next: any Transport, ledger: TokenLedger) {
        turns = Mutex(LatestExchanges(sessions.pending).turns)
        live = Live(transport: next, ledger: ledger)
    }

    public func send(_ request: TransportRequest, _ receive: (TransportEvent) throws -> Bool) async throws {
        let exchange = recorded(at: request.place)
        if let exchange, exchange.isOf(request) { return try exchange.replay(receive) }
        guard let live else { throw Self.difference(at: request.place, isBeyondRecord: exchange == nil) }
        if exchange != nil { try await live.ledger.charge(dropped(from: request.place)) }
        try await live.transport.send(request, receive)
    }

    private func recorded(at place: TransportRequest.Place) -> Exchange? {
        turns.withLock { $0[place.turnKey]?.first { $0.place == place } }
    }

    /// Forgets what is recorded of a turn, and tells the tokens of what was not handed out.
    private func dropped(from place: TransportRequest.Place) -> TokenUse {
        let requests = turns.withLock { $0.removeValue(forKey: place.turnKey) } ?? []
        return requests.filter { $0.place.attempt >= place.attempt }.reduce(TokenUse()) { $0 + $1.tokens }
    }

    private static func difference(at place: TransportRequest.Place, isBeyondRecord: Bool) -> KernelwrightError {
        let turn = "turn \(place.turn) of trajectory \(place.trajectory)"
        if isBeyondRecord { return KernelwrightError(.badInput, "the record holds no further request at \(turn)") }
        return KernelwrightError(
            .badInput, "the record holds another request at \(turn)",
            hint: "the workload, the device, the options or the version differ from those of the record")
    }
}

import KernelIR

/// Hands back recorded exchanges, so that a run repeats without an endpoint, byte for byte.
///
/// A request finds its response by its place in the run, and must be the recorded one: another means that the workload,
/// the verdicts, the seed or the prompts changed.
public struct ReplayTransport: Transport {
    private let exchanges: [TransportRequest.Place: Exchange]
    private let next: (any Transport)?

    /// Replays a whole record. Where a run was interrupted and asked again, the last answer counts.
    public init(_ exchanges: [Exchange]) {
        var starts: [[Int]: Int] = [:]
        for (number, exchange) in exchanges.enumerated() where exchange.place.attempt == 0 {
            starts[exchange.turn] = number
        }
        let last = exchanges.enumerated().filter { $0.offset >= starts[$0.element.turn, default: 0] }
        self.init(last.map(\.element), next: nil)
    }

    /// Goes on with a run that was interrupted: what is pending is not asked for again, everything else goes to another
    /// transport.
    public init(resuming sessions: EarlierSessions, next: any Transport) {
        self.init(sessions.pending, next: next)
    }

    private init(_ exchanges: [Exchange], next: (any Transport)?) {
        self.exchanges = Dictionary(exchanges.map { ($0.place, $0) }, uniquingKeysWith: { _, last in last })
        self.next = next
    }

    public func send(_ request: TransportRequest, _ receive: (TransportEvent) throws -> Bool) async throws {
        if let exchange = exchanges[request.place], exchange.isOf(request) { return try exchange.replay(receive) }
        if let next { return try await next.send(request, receive) }
        let place = "turn \(request.place.turn) of trajectory \(request.place.trajectory)"
        guard exchanges[request.place] != nil else {
            throw KernelwrightError(.badInput, "the record holds no further request at \(place)")
        }
        throw KernelwrightError(
            .badInput, "the record holds another request at \(place)",
            hint: "the workload, the device, the options or the version differ from those of the record")
    }
}

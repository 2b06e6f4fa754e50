/// Records every exchange of another transport, failed ones too: what was read of each, no more and no less.
///
/// Each is recorded before it is sent, too, so that no end of this process hides it. A response that repeats the key, in
/// parts or behind escapes where a transport does not see it, is recorded without what it says, and fails.
public struct RecordingTransport: Transport {
    private let transport: any Transport
    private let key: APIKey?
    private let record: @Sendable (Exchange) async throws -> Void

    /// - Parameters:
    ///   - key: what no response may hold.
    ///   - record: called when an exchange begins, and when it ended, before the answer is used.
    public init(
        _ transport: any Transport, key: APIKey? = nil, record: @escaping @Sendable (Exchange) async throws -> Void
    ) {
        self.transport = transport
        self.key = key
        self.record = record
    }

    public func send(_ request: TransportRequest, _ receive: (TransportEvent) throws -> Bool) async throws {
        var exchange = Exchange(request)
        try await record(exchange.beginning)
        do {
            try await transport.send(request) { event in
                exchange.add(event)
                return try receive(event)
            }
        } catch {
            exchange.failure = error as? TransportFailure
            if error is CancellationError { exchange.failure = TransportFailure(.disconnected, "cancelled") }
            try await end(exchange)
            throw error
        }
        try await end(exchange)
    }

    /// Records an exchange that ended; throws where its response repeats the key.
    private func end(_ exchange: Exchange) async throws {
        guard let key, exchange.repeats(key) else { return try await record(exchange) }
        var dropped = exchange
        dropped.head = exchange.head.map { ResponseHead(status: $0.status) }
        dropped.response = Exchange.Content()
        dropped.failure = Self.repetition
        try await record(dropped)
        throw Self.repetition
    }

    private static let repetition = TransportFailure(.disconnected, "the response repeated the key and was dropped")
}

/// Records every exchange of another transport, failed ones too: what was read of each, no more and no less.
public struct RecordingTransport: Transport {
    private let transport: any Transport
    private let record: @Sendable (Exchange) async throws -> Void

    /// - Parameter record: called once for each exchange, before the answer is used.
    public init(_ transport: any Transport, record: @escaping @Sendable (Exchange) async throws -> Void) {
        self.transport = transport
        self.record = record
    }

    public func send(_ request: TransportRequest, _ receive: (TransportEvent) throws -> Bool) async throws {
        var exchange = Exchange(request)
        do {
            try await transport.send(request) { event in
                exchange.add(event)
                return try receive(event)
            }
        } catch {
            exchange.failure = error as? TransportFailure
            if error is CancellationError { exchange.failure = TransportFailure(.disconnected, "cancelled") }
            try await record(exchange)
            throw error
        }
        try await record(exchange)
    }
}

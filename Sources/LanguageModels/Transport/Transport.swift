import Foundation

/// Carries one request to an endpoint and what comes back of it; the only way from here to a network.
public protocol Transport: Sendable {
    /// Sends a request and hands over what comes back as it arrives: one head, then the body in parts of any size.
    ///
    /// - Parameter receive: called in order; sending ends when it returns false or throws.
    /// - Throws: `TransportFailure` when the response did not arrive whole, `CancellationError` when the task is
    ///   cancelled, what `receive` throws, and `KernelwrightError` where a record cannot be written or differs.
    func send(_ request: TransportRequest, _ receive: (TransportEvent) throws -> Bool) async throws
}

/// A request with everything that decides what is sent, but for the key, which only the transport knows.
public struct TransportRequest: Sendable, Hashable {
    /// Which request of a run it is. Names it in records and is not sent.
    public struct Place: Sendable, Hashable, Codable {
        public var trajectory: Int
        public var turn: Int
        /// Counts the requests for the turn, from 0.
        public var attempt: Int

        public init(trajectory: Int, turn: Int, attempt: Int) {
            self.trajectory = trajectory
            self.turn = turn
            self.attempt = attempt
        }
    }

    public var place: Place
    public var url: URL
    /// JSON, sent with the method POST.
    public var body: Data
    /// The longest silence before the transport gives up, in seconds; at least 1.
    public var idleSeconds: Double
    /// The longest time for the whole response, in seconds.
    public var totalSeconds: Double
    /// The most bytes of a body that are handed over.
    public var maximumBytes: Int

    public init(
        place: Place, url: URL, body: Data, idleSeconds: Double = 300, totalSeconds: Double = 600,
        maximumBytes: Int = 4 << 20
    ) {
        self.place = place
        self.url = url
        self.body = body
        self.idleSeconds = idleSeconds
        self.totalSeconds = totalSeconds
        self.maximumBytes = maximumBytes
    }
}

/// A part of a response.
public enum TransportEvent: Sendable, Hashable {
    case head(ResponseHead)
    case body(Data)
}

/// The beginning of a response: the status and the few headers that matter.
public struct ResponseHead: Sendable, Hashable, Codable {
    /// The HTTP status, e.g. 200.
    public var status: Int
    /// By lower-case name: `content-type`, `retry-after`, `date` and `location`, where they were sent.
    public var headers: [String: String]

    /// The headers that are kept.
    static let kept = ["content-type", "retry-after", "date", "location"]

    public init(status: Int, headers: [String: String] = [:]) { (self.status, self.headers) = (status, headers) }
}

/// Why a response did not arrive whole.
public struct TransportFailure: Error, Sendable, Hashable, Codable {
    /// What went wrong.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// No connection came about: nothing was asked.
        case unreachable
        /// The connection broke.
        case disconnected
        /// The endpoint was silent, or took in all, for too long.
        case timedOut
        /// The body has more bytes than are allowed; those before were handed over.
        case tooLarge
    }

    public var kind: Kind
    /// One line.
    public var message: String

    public init(_ kind: Kind, _ message: String) { (self.kind, self.message) = (kind, message) }
}

/// Counts the bytes of a body against the most that are allowed.
struct ByteAllowance: Sendable {
    private var left: Int

    init(_ maximum: Int) { left = maximum }

    /// What of the next part is within the allowance, and whether there was more.
    mutating func admit(_ part: Data) -> (admitted: Data, isOver: Bool) {
        let admitted = part.prefix(left)
        left -= admitted.count
        return (Data(admitted), admitted.count < part.count)
    }
}

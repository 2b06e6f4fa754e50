import Foundation

/// One request and what came back of it, as a line of `exchanges.jsonl`.
///
/// No key is in it: requests are recorded before a transport adds the key, responses after it took the key out. An
/// exchange has two lines: its beginning, before it is sent, and what came of it, once it ended.
public struct Exchange: Sendable, Hashable, Codable {
    public var place: TransportRequest.Place
    public var url: String
    public var request: Content
    /// nil where none came.
    public var head: ResponseHead?
    /// As far as it was read.
    public var response: Content
    /// Why the response did not arrive whole; nil where it did, or was not read to its end.
    public var failure: TransportFailure?

    /// Bytes as text where they are UTF-8, else in base 64.
    public struct Content: Sendable, Hashable, Codable {
        public var bytes: Data

        public init(_ bytes: Data = Data()) { self.bytes = bytes }

        private enum CodingKeys: String, CodingKey { case text, base64 }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            if let text = String(validating: bytes, as: UTF8.self) {
                try fields.encode(text, forKey: .text)
            } else {
                try fields.encode(bytes, forKey: .base64)
            }
        }

        public init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            if let text = try fields.decodeIfPresent(String.self, forKey: .text) {
                bytes = Data(text.utf8)
            } else {
                bytes = try fields.decode(Data.self, forKey: .base64)
            }
        }
    }

    /// An exchange that begins.
    init(_ request: TransportRequest) {
        place = request.place
        url = request.url.absoluteString
        self.request = Content(request.body)
        response = Content()
    }

    /// Stands for the end of an exchange that is not recorded: the process may have ended before.
    static let begun = TransportFailure(.disconnected, "begun, and no end is recorded")

    /// What is recorded before it is sent.
    var beginning: Exchange {
        var beginning = self
        beginning.failure = Self.begun
        return beginning
    }

    /// Whether nothing is known but that it began.
    var isBeginning: Bool { failure == Self.begun }

    /// Notes what came.
    mutating func add(_ event: TransportEvent) {
        switch event {
        case .head(let head): self.head = head
        case .body(let part): response.bytes += part
        }
    }

    /// Whether the request is this one, byte for byte.
    func isOf(_ request: TransportRequest) -> Bool {
        url == request.url.absoluteString && self.request.bytes == request.body
    }

    /// Hands over the response as it was recorded.
    func replay(_ receive: (TransportEvent) throws -> Bool) throws {
        if let head, try !receive(.head(head)) { return }
        if !response.bytes.isEmpty, try !receive(.body(response.bytes)) { return }
        if let failure { throw failure }
    }
}

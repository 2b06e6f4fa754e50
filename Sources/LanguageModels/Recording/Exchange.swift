import Foundation
import Policies

/// One request and what came back of it, as a line of `exchanges.jsonl`.
///
/// No key is in it: requests are recorded before a transport adds the key, responses after it took the key out.
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

    /// Whether it holds a whole answer.
    var isAnswer: Bool { failure == nil && (try? reply()) != nil }

    /// The tokens that it is charged: as the endpoint counted, none where nothing can have been generated, else all
    /// that it could have taken.
    var tokens: TokenUse {
        if let counted = (try? reply())?.tokens { return counted }
        let isRefused = head.map { !(200..<300).contains($0.status) } ?? false
        if isRefused || failure?.kind == .unreachable { return TokenUse() }
        return TokenUse(prompt: request.bytes.count, completion: maxTokens, isCounted: false)
    }

    private func reply() throws -> AnswerReader.Reply {
        // A response that is a stream says so.
        var reader = AnswerReader(maxTokens: maxTokens, streams: true)
        try replay { try reader.take($0) }
        return try reader.reply()
    }

    /// The limit that the request set.
    private var maxTokens: Int {
        let limits = try? JSONDecoder().decode(Limits.self, from: request.bytes)
        return limits?.tokens ?? 0
    }

    private struct Limits: Decodable {
        var tokens: Int

        private enum CodingKeys: String, CodingKey {
            case maxTokens = "max_tokens"
            case maxCompletionTokens = "max_completion_tokens"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            tokens =
                try fields.decodeIfPresent(Int.self, forKey: .maxTokens)
                ?? fields.decode(Int.self, forKey: .maxCompletionTokens)
        }
    }
}

import Foundation
import Refinement
import Synchronization

@testable import LanguageModels

/// Gives the n-th request the n-th reply, and notes what was asked. Without a reply left it is unreachable.
final class ScriptedTransport: Transport {
    /// A response in parts, and how it ends.
    struct Reply: Sendable {
        var head: ResponseHead?
        var parts: [String] = []
        var failure: TransportFailure?
    }

    private struct State {
        var replies: [Reply]
        var requests: [TransportRequest] = []
    }

    private let state: Mutex<State>

    init(_ replies: [Reply]) { state = Mutex(State(replies: replies)) }

    var requests: [TransportRequest] { state.withLock { $0.requests } }

    func send(_ request: TransportRequest, _ receive: (TransportEvent) throws -> Bool) async throws {
        try Task.checkCancellation()
        let reply = state.withLock { state -> Reply? in
            state.requests.append(request)
            return state.replies.isEmpty ? nil : state.replies.removeFirst()
        }
        guard let reply else { throw TransportFailure(.unreachable, "the script is at its end") }
        if let head = reply.head, try !receive(.head(head)) { return }
        var allowance = ByteAllowance(request.maximumBytes)
        for part in reply.parts {
            let (admitted, isOver) = allowance.admit(Data(part.utf8))
            if !admitted.isEmpty, try !receive(.body(admitted)) { return }
            if isOver { throw TransportFailure(.tooLarge, "too many bytes") }
        }
        if let failure = reply.failure { throw failure }
    }
}

extension ScriptedTransport.Reply {
    /// An answer word by word, with a count of its tokens where one is given.
    static func stream(_ words: String..., tokens: (Int, Int)? = nil, finish: String = "stop") -> Self {
        let count = tokens.map { [Events.usage($0.0, $0.1)] } ?? []
        return Self(
            head: .stream, parts: words.map { Events.event($0) } + [Events.finish(finish)] + count + [Events.done])
    }

    /// An answer at once.
    static func whole(_ text: String, tokens: (Int, Int) = (10, 5)) -> Self {
        let usage = "{\"prompt_tokens\":\(tokens.0),\"completion_tokens\":\(tokens.1)}"
        let choice = "{\"message\":{\"content\":\(Events.quoted(text))},\"finish_reason\":\"stop\"}"
        return Self(
            head: ResponseHead(status: 200, headers: ["content-type": "application/json; charset=utf-8"]),
            parts: ["{\"choices\":[\(choice)],\"usage\":\(usage)}"])
    }

    static func refusal(_ status: Int, _ message: String = "", headers: [String: String] = [:]) -> Self {
        let body = message.isEmpty ? "" : "{\"error\":{\"message\":\(Events.quoted(message)),\"code\":\(status)}}"
        return Self(
            head: ResponseHead(status: status, headers: headers.merging(["content-type": "application/json"]) { $1 }),
            parts: [body])
    }

    static func failure(_ kind: TransportFailure.Kind) -> Self {
        Self(failure: TransportFailure(kind, kind.rawValue))
    }
}

extension ResponseHead {
    static let stream = ResponseHead(status: 200, headers: ["content-type": "text/event-stream"])
}

/// The events of a streamed answer.
enum Events {
    static let done = "data: [DONE]\n\n"

    static func event(_ words: String, key: String = "content") -> String {
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"\(key)\":\(quoted(words))},\"finish_reason\":null}]}\n\n"
    }

    static func finish(_ reason: String) -> String {
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"\(reason)\"}]}\n\n"
    }

    static func usage(_ prompt: Int, _ completion: Int) -> String {
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":\(prompt),\"completion_tokens\":\(completion)}}\n\n"
    }

    /// A text as a JSON string.
    static func quoted(_ text: String) -> String { (try? JSONText.encode(text)) ?? "\"\"" }
}

/// Notes how long it was asked to wait, and returns at once.
final class WaitLog: Sendable {
    private let durations = Mutex<[Duration]>([])

    var all: [Duration] { durations.withLock { $0 } }

    var waiting: Waiting {
        Waiting { duration in
            try Task.checkCancellation()
            self.durations.withLock { $0.append(duration) }
        }
    }
}

/// Keeps exchanges as they are recorded.
final class ExchangeLog: Sendable {
    private let exchanges = Mutex<[Exchange]>([])

    var all: [Exchange] { exchanges.withLock { $0 } }

    func append(_ exchange: Exchange) { exchanges.withLock { $0.append(exchange) } }
}

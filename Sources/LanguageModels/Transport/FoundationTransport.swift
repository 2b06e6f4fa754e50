import Foundation
import FoundationNetworking

/// Sends over HTTP with Foundation, whose bodies arrive part by part through a delegate.
///
/// Redirects are not followed, since the key would go with them. Nothing is cached and no cookie kept.
public struct FoundationTransport: Transport {
    private let key: APIKey?
    private let waiting: Waiting

    /// - Parameters:
    ///   - key: put into the header of every request, and taken out of every response.
    ///   - waiting: measures the longest time for a whole response.
    public init(key: APIKey?, waiting: Waiting = .system) {
        self.key = key
        self.waiting = waiting
    }

    public func send(_ request: TransportRequest, _ receive: (TransportEvent) throws -> Bool) async throws {
        let (events, continuation) = AsyncThrowingStream<TransportEvent, any Error>.makeStream()
        let delegate = StreamingDelegate(continuation, maximumBytes: request.maximumBytes)
        let session = URLSession(configuration: Self.configuration, delegate: delegate, delegateQueue: nil)
        let task = session.dataTask(with: urlRequest(request))
        let waiting = waiting
        let timer = Task {
            try await waiting(.seconds(request.totalSeconds))
            let message = "no whole answer in \(request.totalSeconds) s"
            continuation.finish(throwing: TransportFailure(.timedOut, message))
        }
        defer {
            timer.cancel()
            task.cancel()
            session.finishTasksAndInvalidate()
        }
        task.resume()
        try await handOver(events, receive)
    }

    /// Hands over the events without the key in them, until the receiver has enough.
    private func handOver(
        _ events: AsyncThrowingStream<TransportEvent, any Error>, _ receive: (TransportEvent) throws -> Bool
    ) async throws {
        var redactor = key?.redactor
        do {
            for try await event in events {
                switch event {
                case .head(let head):
                    guard try receive(.head(redacted(head))) else { return }
                case .body(let part):
                    let known = redactor?.redact(Array(part)) ?? Array(part)
                    if !known.isEmpty, try !receive(.body(Data(known))) { return }
                }
            }
        } catch let failure as TransportFailure {
            if let rest = redactor?.finish(), !rest.isEmpty { _ = try receive(.body(Data(rest))) }
            throw TransportFailure(failure.kind, key?.redacted(failure.message) ?? failure.message)
        }
        // A stream ends without an error when the task that reads it is cancelled.
        try Task.checkCancellation()
        if let rest = redactor?.finish(), !rest.isEmpty { _ = try receive(.body(Data(rest))) }
    }

    private func redacted(_ head: ResponseHead) -> ResponseHead {
        guard let key else { return head }
        return ResponseHead(status: head.status, headers: head.headers.mapValues { key.redacted($0) })
    }

    private func urlRequest(_ request: TransportRequest) -> URLRequest {
        var result = URLRequest(url: request.url)
        result.httpMethod = "POST"
        result.httpBody = request.body
        // Foundation counts whole seconds on Linux, and starts over whenever bytes arrive.
        result.timeoutInterval = max(1, request.idleSeconds.rounded(.up))
        result.setValue("application/json", forHTTPHeaderField: "Content-Type")
        result.setValue("text/event-stream, application/json", forHTTPHeaderField: "Accept")
        if let key { result.setValue(key.authorization, forHTTPHeaderField: "Authorization") }
        return result
    }

    private static var configuration: URLSessionConfiguration {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        configuration.httpCookieStorage = nil
        return configuration
    }
}

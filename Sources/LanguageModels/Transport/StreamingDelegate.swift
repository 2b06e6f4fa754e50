import Foundation
import FoundationNetworking

/// Turns what a URL session tells its delegate into events.
final class StreamingDelegate: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    // Unchecked: `allowance` is touched on the session's delegate queue alone, which is serial.

    private let continuation: AsyncThrowingStream<TransportEvent, any Error>.Continuation
    private var allowance: ByteAllowance

    init(_ continuation: AsyncThrowingStream<TransportEvent, any Error>.Continuation, maximumBytes: Int) {
        self.continuation = continuation
        allowance = ByteAllowance(maximumBytes)
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @Sendable @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        if let response = response as? HTTPURLResponse {
            let headers = ResponseHead.kept.compactMap { name in
                response.value(forHTTPHeaderField: name).map { (name, $0) }
            }
            let head = ResponseHead(
                status: response.statusCode, headers: Dictionary(headers, uniquingKeysWith: { first, _ in first }))
            continuation.yield(.head(head))
        }
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let (admitted, isOver) = allowance.admit(data)
        if !admitted.isEmpty { continuation.yield(.body(admitted)) }
        if isOver { continuation.finish(throwing: TransportFailure(.tooLarge, "the answer has too many bytes")) }
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @Sendable @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    /// Answers a demand for a password with the response that made it: Foundation would wait for credentials for ever.
    func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @Sendable @escaping (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        continuation.finish()
        completionHandler(.cancelAuthenticationChallenge, nil)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        if let error {
            continuation.finish(throwing: TransportFailure(error))
        } else {
            continuation.finish()
        }
    }
}

extension TransportFailure {
    /// What an error of a URL session means.
    fileprivate init(_ error: any Error) {
        let kind: Kind
        switch (error as? URLError)?.code {
        case .timedOut: kind = .timedOut
        case .cannotConnectToHost, .cannotFindHost, .dnsLookupFailed, .secureConnectionFailed,
            .serverCertificateUntrusted:
            kind = .unreachable
        default: kind = .disconnected
        }
        self.init(kind, error.localizedDescription.oneLine)
    }
}

import Foundation
import Glibc
import Synchronization

/// A server on this machine that answers each connection with the next of its scripts, byte for byte as they stand there,
/// so that it can misbehave in any way.
final class LocalServer: Sendable {
    /// What is sent to one connection.
    struct Script: Sendable {
        /// The whole response, from its status line on.
        var text: String
        /// Sent after that again and again, until the client hangs up.
        var refrain = ""
        /// Whether the server then waits until the client hangs up, instead of doing so itself.
        var holds = false
    }

    let port: UInt16
    private let listener: Int32
    private let received = Mutex<[String]>([])
    /// Yields whenever a whole request has arrived.
    let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation

    /// Listens on a free port of the loopback interface, until every script was played.
    init(_ scripts: Script...) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(listener, raw, length) == 0 && listen(listener, 8) == 0
                    && getsockname(listener, raw, &length) == 0
            }
        }
        guard listener >= 0, isListening else { throw CocoaError(.fileReadUnknown) }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        (arrivals, arrival) = AsyncStream<Void>.makeStream()
        Thread { [self] in play(scripts) }.start()
    }

    deinit { close(listener) }

    /// The requests so far, with their heads.
    var requests: [String] { received.withLock { $0 } }

    /// The address for a client.
    var endpoint: String { "http://127.0.0.1:\(port)/v1" }

    /// Hangs up on whoever would connect next.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func play(_ scripts: [Script]) {
        for script in scripts {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { break }
            if let request = read(client) {
                received.withLock { $0.append(request) }
                arrival.yield()
                play(script, to: client)
            }
            close(client)
        }
        stop()
    }

    private func play(_ script: Script, to client: Int32) {
        guard send(script.text, to: client) else { return }
        if !script.refrain.isEmpty { while send(script.refrain, to: client) {} }
        var byte: UInt8 = 0
        if script.holds { while recv(client, &byte, 1, 0) > 0 {} }
    }

    private func send(_ text: String, to client: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    /// A request with the body that its head announces; nil when the client hangs up before.
    private func read(_ client: Int32) -> String? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            if let request = Self.whole(bytes) { return request }
            let count = recv(client, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
        }
    }

    private static func whole(_ bytes: [UInt8]) -> String? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
        let line = head.components(separatedBy: "\r\n").first { $0.hasPrefix("content-length:") }
        let length = line.flatMap { Int($0.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces)) }
        return bytes.count - end.upperBound >= length ?? 0 ? String(decoding: bytes, as: UTF8.self) : nil
    }
}

extension LocalServer.Script {
    /// A response without a length: it ends when the server hangs up.
    init(status: String = "200 OK", type: String = "text/event-stream", headers: [String] = [], body: String) {
        let head = ["HTTP/1.1 \(status)", "Content-Type: \(type)", "Connection: close"] + headers
        self.init(text: head.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }
}

import CSandbox
import FoundationEssentials
import Glibc

/// JSON lines with file descriptors over a local socket; used by one thread at a time.
final class MessageChannel {
    /// Why a message did not come.
    enum Failure: Error {
        case closed
        case timedOut
        case malformed(String)
    }

    private let socket: FileDescriptor
    private var pending: [UInt8] = []
    private var descriptors: [FileDescriptor] = []
    /// The peer's process id, once a message came from a socket that reports it.
    private(set) var peer: pid_t?
    /// Longer lines are refused.
    private let lineLimit = 16 << 20

    init(_ socket: FileDescriptor) { self.socket = socket }

    /// Sends one message, with at most 16 files.
    func send<Body>(_ message: Envelope<Body>, files: [FileDescriptor] = []) throws(Failure) {
        let encoder = JSONEncoder()
        // Scalars of a launch plan may be infinite.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard var bytes = try? [UInt8](encoder.encode(message)) else { throw .malformed("unencodable message") }
        bytes.append(UInt8(ascii: "\n"))
        var done = 0
        var attached = files.map(\.raw)
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                sandbox_send(socket.raw, $0.baseAddress! + done, $0.count - done, attached, Int32(attached.count))
            }
            if count < 0 { throw .closed }
            attached = []
            done += count
        }
    }

    /// Receives one message; without a deadline, waits for ever.
    func receive<Body>(
        _ type: Body.Type, deadline: ContinuousClock.Instant? = nil
    ) throws(Failure) -> (message: Envelope<Body>, files: [FileDescriptor]) {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let line = Data(pending[..<end])
                pending.removeSubrange(...end)
                let decoder = JSONDecoder()
                decoder.nonConformingFloatDecodingStrategy = .convertFromString(
                    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
                guard let message = try? decoder.decode(Envelope<Body>.self, from: line) else {
                    throw .malformed(String(decoding: line.prefix(200), as: UTF8.self))
                }
                defer { descriptors = [] }
                return (message, descriptors)
            }
            if pending.count > lineLimit { throw .malformed("a line of more than \(lineLimit) bytes") }
            try wait(until: deadline)
            try fetch()
        }
    }

    private func wait(until deadline: ContinuousClock.Instant?) throws(Failure) {
        guard let deadline else { return }
        let left = (deadline - ContinuousClock.now) / .milliseconds(1)
        var query = pollfd(fd: socket.raw, events: Int16(POLLIN), revents: 0)
        let ready = poll(&query, 1, Int32(max(0, min(left.rounded(.up), 1e9))))
        if ready == 0 { throw .timedOut }
        if ready < 0 && errno != EINTR { throw .closed }
    }

    private func fetch() throws(Failure) {
        var files = [Int32](repeating: -1, count: 16)
        var count: Int32 = 0
        var sender: pid_t = 0
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let received = chunk.withUnsafeMutableBytes {
            sandbox_receive(socket.raw, $0.baseAddress, $0.count, &files, 16, &count, &sender)
        }
        if received <= 0 { throw .closed }
        if sender > 0 { peer = sender }
        descriptors += files.prefix(Int(count)).compactMap { try? FileDescriptor($0) }
        pending += chunk.prefix(received)
    }
}

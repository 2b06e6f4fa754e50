import Foundation

/// Cuts a stream of server-sent events into the data of each, however the stream itself is cut.
///
/// Fields other than `data` are left out. Source: WHATWG, HTML Living Standard, section 9.2 "Server-sent events".
struct ServerSentEvents: Sendable {
    private var line: [UInt8] = []
    private var data: [String] = []
    private var endsWithReturn = false

    /// The data of the events that the next part completes. O(bytes).
    mutating func take(_ part: Data) -> [String] {
        var events: [String] = []
        for byte in part {
            // A line ends with CR, LF or both.
            if byte == UInt8(ascii: "\n"), endsWithReturn {
                endsWithReturn = false
                continue
            }
            endsWithReturn = byte == UInt8(ascii: "\r")
            if endsWithReturn || byte == UInt8(ascii: "\n") {
                if let event = endLine() { events.append(event) }
            } else {
                line.append(byte)
            }
        }
        return events
    }

    /// The data of a last event without the empty line behind it, which some servers leave out.
    mutating func finish() -> String? {
        if !line.isEmpty { _ = endLine() }
        return endLine()
    }

    /// Notes a field; an empty line ends the event.
    private mutating func endLine() -> String? {
        let text = String(decoding: line, as: UTF8.self)
        line = []
        guard !text.isEmpty else {
            defer { data = [] }
            return data.isEmpty ? nil : data.joined(separator: "\n")
        }
        guard text.hasPrefix("data:") else { return nil }
        let value = text.dropFirst("data:".count)
        data.append(String(value.hasPrefix(" ") ? value.dropFirst() : value))
        return nil
    }
}

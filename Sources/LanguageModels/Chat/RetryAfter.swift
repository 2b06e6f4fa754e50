import Foundation

/// How long a response asks to wait before the next request.
///
/// Source: RFC 9110, section 10.2.3. A date is taken against the response's own date, so that no clock is asked.
struct RetryAfter: Sendable, Hashable {
    /// Zero or more; nil where the response does not say, or not in a way that can be read.
    let seconds: Double?

    init(_ head: ResponseHead) {
        guard let text = head.headers["retry-after"]?.trimmingCharacters(in: .whitespaces) else {
            seconds = nil
            return
        }
        if let number = Double(text), number.isFinite {
            seconds = max(0, number)
        } else if let then = Self.date(text), let now = head.headers["date"].flatMap(Self.date) {
            seconds = max(0, then.timeIntervalSince(now))
        } else {
            seconds = nil
        }
    }

    private static func date(_ text: String) -> Date? {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.date(from: text)
    }
}

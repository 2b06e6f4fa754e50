/// Replaces a key in a stream of bytes, wherever the stream is cut: an endpoint may repeat what it was sent.
struct KeyRedactor: Sendable {
    /// What stands in the place of the key.
    static let replacement = Array("[key]".utf8)

    private let patterns: [[UInt8]]
    /// The end of what came, where it may be the beginning of a key.
    private var held: [UInt8] = []

    /// - Parameter keys: the ways in which the key may be written; none is empty.
    init(_ keys: [String]) { patterns = keys.map { Array($0.utf8) } }

    /// What can be told of the next part. O(bytes · length of the key).
    mutating func redact(_ part: [UInt8]) -> [UInt8] {
        let text = held + part
        held = []
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var position = 0
        while position < text.count {
            let rest = text[position...]
            if let key = patterns.first(where: { rest.starts(with: $0) }) {
                result += Self.replacement
                position += key.count
            } else if patterns.contains(where: { $0.count > rest.count && $0.starts(with: rest) }) {
                held = Array(rest)
                break
            } else {
                result.append(text[position])
                position += 1
            }
        }
        return result
    }

    /// What was held back, once nothing more comes.
    mutating func finish() -> [UInt8] {
        defer { held = [] }
        return held
    }
}

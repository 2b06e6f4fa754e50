/// A number that a kernel file leaves open, with the values worth trying: `// kw: tune TILE=8,16,32`.
///
/// The file is compiled with `-DTILE=VALUE`, and the launch plan may name it as a size. The first value is the author's
/// own choice.
public struct Tunable: Sendable, Hashable {
    /// The most tunables of a file.
    public static let mostTunables = 8
    /// The most values of one.
    public static let mostValues = 16

    public let name: String
    /// Not empty, each once.
    public let values: [Int]

    public init(name: String, values: [Int]) { (self.name, self.values) = (name, values) }

    /// Reads `NAME=1,2,4`; nil for anything else: names are C identifiers, values whole numbers of seven digits at most.
    init?(_ text: String) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isIdentifier(parts[0]) else { return nil }
        let words = parts[1].split(separator: ",", omittingEmptySubsequences: false)
        let values = words.compactMap { word in word.utf8.count <= 7 ? Int(word) : nil }
        guard values.count == words.count, Set(values).count == values.count, values.count <= Self.mostValues,
            // `+4` is a number to Swift and another text than the option's.
            zip(values, words).allSatisfy({ String($0) == $1 })
        else { return nil }
        self.init(name: String(parts[0]), values: values)
    }

    /// The compiler's option that gives it a value.
    public func option(_ value: Int) -> String { "-D\(name)=\(value)" }

    private static func isIdentifier(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, !isDigit(first) else { return false }
        return text.utf8.allSatisfy { isDigit($0) || isLetter($0) || $0 == UInt8(ascii: "_") }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}

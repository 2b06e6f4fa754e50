/// Splits OpenCL C into preprocessing tokens by the first translation phases of C99 (5.1.1.2): trigraphs, spliced
/// lines, comments, digraphs; no macro is expanded.
struct SourceTokenizer {
    private let characters: [(byte: UInt8, line: Int)]
    private var position = 0
    private var directive: String?
    private var tokens: [SourceToken] = []

    private init(_ text: String) { characters = Self.spliced(Self.withoutTrigraphs(Array(text.utf8))) }

    /// The tokens in order; O(n).
    static func tokens(of text: String) -> [SourceToken] {
        var tokenizer = SourceTokenizer(text)
        while tokenizer.next() {}
        return tokenizer.tokens
    }

    private static let trigraphs: [UInt8: UInt8] = Dictionary(
        uniqueKeysWithValues: zip("=/'()!<>-".utf8, "#\\^[]|{}~".utf8))

    private static func withoutTrigraphs(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if index + 2 < bytes.count, bytes[index] == UInt8(ascii: "?"), bytes[index + 1] == UInt8(ascii: "?"),
                let meant = trigraphs[bytes[index + 2]]
            {
                result.append(meant)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    /// Joins lines that end in a backslash, with or without blanks behind it, as Clang does.
    private static func spliced(_ bytes: [UInt8]) -> [(byte: UInt8, line: Int)] {
        var result: [(byte: UInt8, line: Int)] = []
        result.reserveCapacity(bytes.count)
        var line = 1
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\") {
                var end = index + 1
                while end < bytes.count, bytes[end] != UInt8(ascii: "\n"), isBlank(bytes[end]) { end += 1 }
                if end < bytes.count, bytes[end] == UInt8(ascii: "\n") {
                    line += 1
                    index = end + 1
                    continue
                }
            }
            result.append((bytes[index], line))
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            index += 1
        }
        return result
    }

    /// Reads one token or one stretch of white space; false at the end.
    private mutating func next() -> Bool {
        guard let byte = peek() else { return false }
        if byte == UInt8(ascii: "\n") {
            directive = nil
            position += 1
        } else if Self.isBlank(byte) {
            position += 1
        } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
            while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
        } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
            skipComment()
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            readLiteral(end: byte)
        } else if Self.isWord(byte) {
            readWord(isNumber: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte))
        } else {
            readPunctuator()
        }
        return true
    }

    private mutating func skipComment() {
        position += 2
        while let byte = peek(), !(byte == UInt8(ascii: "*") && peek(1) == UInt8(ascii: "/")) { position += 1 }
        position = min(position + 2, characters.count)
    }

    private mutating func readLiteral(end: UInt8) {
        let start = position
        position += 1
        while let byte = peek(), byte != end, byte != UInt8(ascii: "\n") {
            position += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        position = min(position + 1, characters.count)
        append(.string, from: start)
    }

    private mutating func readWord(isNumber: Bool) {
        let start = position
        while let byte = peek(), Self.isWord(byte) || (isNumber && continuesNumber(byte, since: start)) {
            position += 1
        }
        append(isNumber ? .number : .identifier, from: start)
    }

    private func continuesNumber(_ byte: UInt8, since start: Int) -> Bool {
        if byte == UInt8(ascii: ".") { return true }
        guard byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"), position > start else { return false }
        return "eEpP".utf8.contains(characters[position - 1].byte)
    }

    private mutating func readPunctuator() {
        let start = position
        for (spelling, meaning) in Self.pairs where matches(spelling) {
            position += spelling.utf8.count
            append(.punctuator, from: start, meaning: meaning)
            return
        }
        position += 1
        append(.punctuator, from: start)
    }

    /// Longest first: digraphs and the operators that the rules look at.
    private static let pairs: [(String, String)] = [
        ("%:%:", "##"), ("##", "##"), ("%:", "#"), ("<:", "["), (":>", "]"), ("<%", "{"), ("%>", "}"), ("->", "->"),
        ("==", "=="), ("!=", "!="), ("<=", "<="), (">=", ">="), ("&&", "&&"),
    ]

    private mutating func append(_ kind: SourceToken.Kind, from start: Int, meaning: String? = nil) {
        let bytes = characters[start..<position].map(\.byte)
        let token = SourceToken(
            kind: kind, text: meaning ?? String(decoding: bytes, as: UTF8.self), line: characters[start].line,
            directive: directive)
        if directive == "", kind == .identifier { directive = token.text }
        if directive == nil, token.text == "#", startsLine(start) { directive = "" }
        tokens.append(token)
    }

    /// Whether nothing but white space and comments stands before a place on its line.
    private func startsLine(_ start: Int) -> Bool { tokens.last.map { $0.line < characters[start].line } ?? true }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < characters.count ? characters[position + ahead].byte : nil
    }

    private func matches(_ text: String) -> Bool {
        var place = position
        for byte in text.utf8 {
            guard place < characters.count, characters[place].byte == byte else { return false }
            place += 1
        }
        return true
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (9...13).contains(byte) && byte != UInt8(ascii: "\n")
    }

    /// Letters, digits, underscores, dollar signs and bytes beyond ASCII, all of which Clang takes into identifiers.
    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
            true
        default: false
        }
    }
}

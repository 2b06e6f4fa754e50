/// Cuts a PTX text into tokens; comments and spaces vanish.
struct PTXLexer {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var lineStart = 0

    /// All tokens of `text`, the last of kind `end`.
    ///
    /// Throws `PTXError` of code `lexical` at the first byte that starts no token.
    static func tokens(of text: String) throws(PTXError) -> [PTXToken] {
        var lexer = PTXLexer(text)
        var tokens: [PTXToken] = []
        repeat { tokens.append(try lexer.next()) } while tokens[tokens.count - 1].kind != .end
        return tokens
    }

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The next token.
    mutating func next() throws(PTXError) -> PTXToken {
        try skipBlanks()
        let start = position
        guard let byte = peek() else { return token(.end, "", from: start) }
        if isDigit(byte) { return try number() }
        if startsName(byte) || (byte == UInt8(ascii: "%") && peek(1).map(continuesName) == true) {
            position += 1
            skipName()
            return token(.identifier, text(from: start), from: start)
        }
        switch byte {
        case UInt8(ascii: "."):
            position += 1
            skipDottedWord()
            let word = text(from: start + 1)
            guard !word.isEmpty else { throw error("a dot without a word", at: start) }
            return token(.dotted, word, from: start)
        case UInt8(ascii: "\""):
            return try string()
        default:
            return try punctuation()
        }
    }

    // MARK: Kinds of tokens

    private mutating func punctuation() throws(PTXError) -> PTXToken {
        let start = position
        let pairs = ["<<", ">>", "<=", ">=", "==", "!=", "&&", "||"]
        if start + 1 < bytes.count {
            let pair = String(decoding: bytes[start...start + 1], as: UTF8.self)
            if pairs.contains(pair) {
                position += 2
                return token(.punctuation, pair, from: start)
            }
        }
        let byte = bytes[start]
        guard "[](){}<>,;:@!|&^~+-*/%=?".utf8.contains(byte) else {
            let scalar = Unicode.Scalar(byte)
            throw error(
                byte < 0x80 && byte >= 0x20 ? "unexpected character \(scalar)" : "unexpected byte \(byte)", at: start)
        }
        position += 1
        return token(.punctuation, text(from: start), from: start)
    }

    private mutating func string() throws(PTXError) -> PTXToken {
        let start = position
        position += 1
        while let byte = peek(), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\n") {
            position += byte == UInt8(ascii: "\\") && position + 1 < bytes.count ? 2 : 1
        }
        guard peek() == UInt8(ascii: "\"") else { throw error("a text that does not end on its line", at: start) }
        let content = text(from: start + 1)
        position += 1
        return token(.string, content, from: start)
    }

    private mutating func number() throws(PTXError) -> PTXToken {
        let start = position
        if bytes[start] == UInt8(ascii: "0"), let letter = peek(1) {
            switch letter | 0x20 {
            case UInt8(ascii: "f"): return try floatBits(.single, digits: 8)
            case UInt8(ascii: "d"): return try floatBits(.double, digits: 16)
            case UInt8(ascii: "x"): return try integer(radix: 16, prefix: 2)
            case UInt8(ascii: "b"): return try integer(radix: 2, prefix: 2)
            default: break
            }
        }
        var end = start
        while end < bytes.count, isDigit(bytes[end]) { end += 1 }
        let isFraction = end + 1 < bytes.count && bytes[end] == UInt8(ascii: ".") && isDigit(bytes[end + 1])
        let isPower = end < bytes.count && bytes[end] | 0x20 == UInt8(ascii: "e")
        if isFraction || isPower { return try decimalFraction() }
        return try integer(radix: bytes[start] == UInt8(ascii: "0") && end > start + 1 ? 8 : 10, prefix: 0)
    }

    private mutating func integer(radix: UInt64, prefix: Int) throws(PTXError) -> PTXToken {
        let start = position
        position += prefix
        let digits = position
        var value: UInt64 = 0
        while let digit = peek().flatMap(digitValue), digit < radix {
            let (high, low) = value.multipliedFullWidth(by: radix)
            let (sum, overflow) = low.addingReportingOverflow(digit)
            guard high == 0, !overflow else { throw error("a number of more than 64 bits", at: start) }
            value = sum
            position += 1
        }
        guard position > digits else { throw error("a number without digits", at: start) }
        if let byte = peek(), byte | 0x20 == UInt8(ascii: "u") { position += 1 }
        if let byte = peek(), continuesName(byte) {
            throw error("\(text(from: start))\(Unicode.Scalar(byte)) is no number", at: start)
        }
        return token(.integer, text(from: start), bits: value, from: start)
    }

    private mutating func floatBits(_ kind: PTXToken.Kind, digits: Int) throws(PTXError) -> PTXToken {
        let start = position
        position += 2
        var value: UInt64 = 0
        for _ in 0..<digits {
            guard let digit = peek().flatMap(digitValue) else {
                throw error("0\(kind == .single ? "f" : "d") needs \(digits) hexadecimal digits", at: start)
            }
            value = value << 4 | digit
            position += 1
        }
        if let byte = peek(), continuesName(byte) {
            throw error("0\(kind == .single ? "f" : "d") needs just \(digits) hexadecimal digits", at: start)
        }
        return token(kind, text(from: start), bits: value, from: start)
    }

    private mutating func decimalFraction() throws(PTXError) -> PTXToken {
        let start = position
        func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") }
        while let byte = peek() {
            let afterPower = position > start && bytes[position - 1] | 0x20 == UInt8(ascii: "e")
            guard
                isDigit(byte) || byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
                    || (isSign(byte) && afterPower)
            else { break }
            position += 1
        }
        guard let value = Double(text(from: start)) else {
            throw error("\(text(from: start)) is no number", at: start)
        }
        return token(.double, text(from: start), bits: value.bitPattern, from: start)
    }

    // MARK: Bytes

    private func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    private mutating func skipBlanks() throws(PTXError) {
        while let byte = peek() {
            switch (byte, peek(1)) {
            case (UInt8(ascii: "\n"), _):
                position += 1
                line += 1
                lineStart = position
            case (UInt8(ascii: " "), _), (UInt8(ascii: "\t"), _), (UInt8(ascii: "\r"), _), (0x0C, _), (0, _):
                position += 1
            case (UInt8(ascii: "/"), UInt8(ascii: "/")):
                while let next = peek(), next != UInt8(ascii: "\n") { position += 1 }
            case (UInt8(ascii: "/"), UInt8(ascii: "*")):
                try skipBlockComment()
            default:
                return
            }
        }
    }

    private mutating func skipBlockComment() throws(PTXError) {
        let opened = error("a comment that does not end", at: position)
        position += 2
        while let byte = peek() {
            if byte == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
                position += 2
                return
            }
            position += 1
            if byte == UInt8(ascii: "\n") {
                line += 1
                lineStart = position
            }
        }
        throw opened
    }

    private mutating func skipName() {
        while let byte = peek(), continuesName(byte) { position += 1 }
    }

    /// A word after a dot, which may have parts joined by `::`, e.g. `L1::no_allocate`.
    private mutating func skipDottedWord() {
        skipName()
        while peek() == UInt8(ascii: ":"), peek(1) == UInt8(ascii: ":"), peek(2).map(continuesName) == true {
            position += 2
            skipName()
        }
    }

    // MARK: Results

    private func text(from start: Int) -> String { String(decoding: bytes[start..<position], as: UTF8.self) }

    private func token(_ kind: PTXToken.Kind, _ text: String, bits: UInt64 = 0, from start: Int) -> PTXToken {
        PTXToken(kind: kind, text: text, bits: bits, line: line, column: start - lineStart + 1)
    }

    private func error(_ message: String, at start: Int) -> PTXError {
        PTXError(.lexical, message, line: line, column: start - lineStart + 1)
    }
}

private func startsName(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
        || byte == UInt8(ascii: "$")
}

private func continuesName(_ byte: UInt8) -> Bool { startsName(byte) || isDigit(byte) }

private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

private func digitValue(_ byte: UInt8) -> UInt64? {
    if isDigit(byte) { return UInt64(byte - UInt8(ascii: "0")) }
    let lower = byte | 0x20
    guard lower >= UInt8(ascii: "a"), lower <= UInt8(ascii: "f") else { return nil }
    return UInt64(lower - UInt8(ascii: "a")) + 10
}

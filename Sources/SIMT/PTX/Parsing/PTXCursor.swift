/// A place in the tokens of a PTX text, with the small steps every parser takes.
struct PTXCursor {
    private let tokens: [PTXToken]
    private var position = 0
    /// How deep constants are nested at the place; a hostile text must not exhaust the stack.
    var depth = 0

    /// `tokens` ends with a token of kind `end`.
    init(_ tokens: [PTXToken]) {
        self.tokens = tokens
    }

    /// The token at the place; at the end always the `end` token.
    var token: PTXToken { tokens[position] }

    /// The token after this one.
    var following: PTXToken { tokens[min(position + 1, tokens.count - 1)] }

    @discardableResult
    mutating func advance() -> PTXToken {
        defer { if position < tokens.count - 1 { position += 1 } }
        return token
    }

    /// Steps over the punctuation, if it is there.
    mutating func take(_ punctuation: String) -> Bool {
        guard token.isPunctuation(punctuation) else { return false }
        advance()
        return true
    }

    /// Steps over the directive or modifier `.word`, if it is there.
    mutating func takeDotted(_ word: String) -> Bool {
        guard token.kind == .dotted, token.text == word else { return false }
        advance()
        return true
    }

    /// Steps over the punctuation or throws; `context` says after what it is missing.
    mutating func expect(_ punctuation: String, _ context: String) throws(PTXError) {
        guard take(punctuation) else {
            throw error(.syntax, "\(token.description) \(context)", hint: "expected \(punctuation)")
        }
    }

    /// The identifier at the place; `what` names its meaning in the message.
    mutating func name(_ what: String) throws(PTXError) -> PTXToken {
        guard token.kind == .identifier else {
            throw error(.syntax, "\(token.description) stands where \(what) is expected")
        }
        return advance()
    }

    /// The text in quotes at the place.
    mutating func string(_ what: String) throws(PTXError) -> String {
        guard token.kind == .string else {
            throw error(.syntax, "\(token.description) stands where \(what) is expected", hint: "a text in quotes")
        }
        return advance().text
    }

    /// The whole number at the place, without operators, within `range`.
    mutating func number(_ what: String, in range: ClosedRange<Int> = 0...Int(Int32.max)) throws(PTXError) -> Int {
        guard token.kind == .integer else {
            throw error(.syntax, "\(token.description) stands where \(what) is expected", hint: "a whole number")
        }
        guard let value = Int(exactly: token.bits), range.contains(value) else {
            throw error(
                .syntax, "\(what) is \(token.description)", hint: "\(range.lowerBound) to \(range.upperBound)")
        }
        advance()
        return value
    }

    /// An error at the place.
    func error(_ code: PTXError.Code, _ message: String, hint: String? = nil) -> PTXError {
        error(code, message, hint: hint, at: token)
    }

    /// An error at a token.
    func error(_ code: PTXError.Code, _ message: String, hint: String? = nil, at token: PTXToken) -> PTXError {
        PTXError(code, message, hint: hint, line: token.line, column: token.column)
    }
}

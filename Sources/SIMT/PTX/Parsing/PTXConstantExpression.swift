/// Whole-number constants with the operators of C, as PTX allows them in operands, extents and initializers.
extension PTXCursor {
    /// The value of the constant expression at the place, wrapping in 64 bits as PTX does.
    mutating func constant() throws(PTXError) -> Int64 {
        try goDeeper()
        defer { depth -= 1 }
        let condition = try binary(minimum: 0)
        guard take("?") else { return condition }
        let first = try constant()
        try expect(":", "in a conditional constant")
        let second = try constant()
        return condition != 0 ? first : second
    }

    /// Whether a whole-number constant can start at the place.
    var startsConstant: Bool {
        switch token.kind {
        case .integer: true
        case .identifier: token.text == "WARP_SZ"
        case .punctuation: ["-", "+", "~", "(", "!"].contains(token.text)
        default: false
        }
    }

    private static let precedence: [String: Int] = [
        "||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, "<=": 7, ">": 7, ">=": 7, "<<": 8, ">>": 8,
        "+": 9, "-": 9, "*": 10, "/": 10, "%": 10,
    ]

    private mutating func goDeeper() throws(PTXError) {
        guard depth < 200 else { throw error(.unsupported, "a constant of this depth", hint: "at most 100 levels") }
        depth += 1
    }

    private mutating func binary(minimum: Int) throws(PTXError) -> Int64 {
        var left = try unary()
        while token.kind == .punctuation, let strength = Self.precedence[token.text], strength > minimum {
            let symbol = advance()
            let right = try binary(minimum: strength)
            left = try apply(symbol, left, right)
        }
        return left
    }

    private mutating func unary() throws(PTXError) -> Int64 {
        try goDeeper()
        defer { depth -= 1 }
        let start = token
        switch (start.kind, start.text) {
        case (.integer, _):
            advance()
            return Int64(bitPattern: start.bits)
        case (.identifier, "WARP_SZ"):
            advance()
            return 32
        case (.punctuation, "-"):
            advance()
            return 0 &- (try unary())
        case (.punctuation, "+"):
            advance()
            return try unary()
        case (.punctuation, "~"):
            advance()
            return ~(try unary())
        case (.punctuation, "!"):
            advance()
            return try unary() == 0 ? 1 : 0
        case (.punctuation, "("):
            advance()
            if takeDotted("s64") || takeDotted("u64") {
                try expect(")", "after a cast")
                return try unary()
            }
            let value = try constant()
            try expect(")", "in a constant")
            return value
        default:
            throw error(.syntax, "\(start.description) stands where a whole-number constant is expected")
        }
    }

    private func apply(_ symbol: PTXToken, _ left: Int64, _ right: Int64) throws(PTXError) -> Int64 {
        switch symbol.text {
        case "||": return left != 0 || right != 0 ? 1 : 0
        case "&&": return left != 0 && right != 0 ? 1 : 0
        case "|": return left | right
        case "^": return left ^ right
        case "&": return left & right
        case "==": return left == right ? 1 : 0
        case "!=": return left != right ? 1 : 0
        case "<": return left < right ? 1 : 0
        case "<=": return left <= right ? 1 : 0
        case ">": return left > right ? 1 : 0
        case ">=": return left >= right ? 1 : 0
        case "<<": return left << right
        case ">>": return left >> right
        case "+": return left &+ right
        case "-": return left &- right
        case "*": return left &* right
        default:
            let (quotient, overflow) = left.dividedReportingOverflow(by: right)
            guard !overflow else {
                throw error(.syntax, "the constant \(left) \(symbol.text) \(right) has no value", at: symbol)
            }
            return symbol.text == "/" ? quotient : left % right
        }
    }
}

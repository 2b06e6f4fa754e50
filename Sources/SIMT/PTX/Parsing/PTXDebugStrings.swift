/// The strings of `.section .debug_str`, which name inlined functions.
struct PTXDebugStrings {
    private var bytes: [UInt8] = []
    private var starts: [String: Int] = [:]

    /// Steps over the section at the cursor, which stands before its name; of `.debug_str`, keeps the strings.
    mutating func read(_ cursor: inout PTXCursor) throws(PTXError) {
        let section = cursor.advance()
        try cursor.expect("{", "after a section name")
        let keeps = section.kind == .dotted && section.text == "debug_str"
        var depth = 1
        while depth > 0 {
            let token = cursor.advance()
            switch (token.kind, token.text) {
            case (.end, _): throw cursor.error(.syntax, "a section that does not end", hint: "expected }", at: section)
            case (.punctuation, "{"): depth += 1
            case (.punctuation, "}"): depth -= 1
            case (.identifier, _) where keeps && cursor.token.isPunctuation(":"): starts[token.text] = bytes.count
            case (.integer, _) where keeps: bytes.append(UInt8(truncatingIfNeeded: token.bits))
            default: break
            }
        }
    }

    /// The string at a label, `offset` bytes further on, as far as names are kept; nil if there is none.
    func string(at label: String, offset: Int) -> String? {
        guard let start = starts[label], offset >= 0, start + offset < bytes.count else { return nil }
        return String(decoding: bytes[(start + offset)...].prefix(4096).prefix { $0 != 0 }, as: UTF8.self)
    }
}

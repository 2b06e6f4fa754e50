/// A token of a PTX text with its place.
struct PTXToken: Sendable, Hashable {
    /// What a token is.
    enum Kind: Sendable, Hashable {
        /// A name, with any leading `%`, `$` or `_`.
        case identifier
        /// A dot and the word after it: a directive or a modifier. `text` has no dot.
        case dotted
        /// A whole number; `bits` holds it.
        case integer
        /// `0f…`; `bits` holds the 32 bits.
        case single
        /// `0d…` or a decimal fraction; `bits` holds the 64 bits.
        case double
        /// A text in quotes; `text` has none.
        case string
        /// One character, or `<<` or `>>` and other pairs of constant expressions.
        case punctuation
        /// The end of the text.
        case end
    }

    var kind: Kind
    var text: String
    var bits: UInt64 = 0
    var line: Int
    /// In bytes, from 1.
    var column: Int

    func isPunctuation(_ character: String) -> Bool { kind == .punctuation && text == character }

    /// The token for messages.
    var description: String {
        switch kind {
        case .dotted: ".\(text)"
        case .string: "\"\(text)\""
        case .end: "the end of the text"
        default: text
        }
    }
}

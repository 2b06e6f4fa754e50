extension StringProtocol {
    /// The text on one line, without control characters, cut to 300 characters: others wrote it, and it goes to a
    /// terminal.
    var oneLine: String {
        let visible = unicodeScalars.map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .format, .surrogate, .privateUse: " "
            default: Character(scalar)
            }
        }
        let words = String(visible).split(separator: " ")
        let text = words.joined(separator: " ")
        return text.count > 300 ? String(text.prefix(299)) + "…" : text
    }
}

/// Lines of C source with indentation, wrapped at 120 columns.
struct CodeWriter: Sendable {
    private(set) var lines: [String] = []
    /// How many blocks are open.
    private(set) var depth: Int
    private static let columns = 120

    init(depth: Int = 0) { self.depth = depth }

    /// The text of all lines, each ended by a newline.
    var text: String { lines.map { $0 + "\n" }.joined() }

    /// Appends one statement or comment.
    mutating func line(_ text: String) {
        let indentation = String(repeating: "    ", count: depth)
        guard indentation.count + text.count > Self.columns, !text.hasPrefix("//") else {
            lines.append(text.isEmpty ? "" : indentation + text)
            return
        }
        var (prefix, rest) = (indentation, Substring(text))
        while prefix.count + rest.count > Self.columns,
            let space = Self.breakingSpace(rest, Self.columns - prefix.count)
        {
            lines.append(prefix + rest[..<space])
            rest = rest[rest.index(after: space)...]
            prefix = indentation + "    "
        }
        lines.append(prefix + rest)
    }

    /// The last space in the first `limit` characters, preferably one behind a comma in their second half.
    private static func breakingSpace(_ text: Substring, _ limit: Int) -> Substring.Index? {
        let spaces = text.prefix(limit + 1).indices.filter { text[$0] == " " }
        let half = text.index(text.startIndex, offsetBy: limit / 2)
        let comma = spaces.last { $0 > half && text[text.index(before: $0)] == "," }
        return comma ?? spaces.last ?? text.firstIndex(of: " ")
    }

    /// Opens a block: `head {`, or `{` alone, and indents what follows.
    mutating func open(_ head: String = "") {
        line(head.isEmpty ? "{" : head + " {")
        depth += 1
    }

    /// Ends the innermost block; `next` continues it, as in `} else {`.
    mutating func close(_ next: String = "") {
        depth -= 1
        line(next.isEmpty ? "}" : "} \(next) {")
        if !next.isEmpty { depth += 1 }
    }
}

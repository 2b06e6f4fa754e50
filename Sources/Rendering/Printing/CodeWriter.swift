/// Lines of C source with indentation, wrapped at 120 columns.
struct CodeWriter: Sendable {
    private(set) var lines: [String] = []
    private var depth: Int
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
        var current = indentation
        var isFresh = true
        for word in text.split(separator: " ") {
            if !isFresh, current.count + 1 + word.count > Self.columns {
                lines.append(current)
                current = indentation + "    "
                isFresh = true
            }
            current += (isFresh ? "" : " ") + word
            isFresh = false
        }
        lines.append(current)
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

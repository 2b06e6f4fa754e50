/// Columns of text: numbers flush right, everything else flush left.
struct TextTable {
    var header: [String]
    var rows: [[String]]
    /// Indices of columns that stand flush right.
    var numeric: Set<Int> = []

    /// Aligned columns, two spaces apart.
    var text: String {
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        return ([header] + rows).map { row in
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return numeric.contains(column) ? space + cell : cell + space
            }
            return cells.joined(separator: "  ").trimmingSuffix(" ")
        }.joined(separator: "\n")
    }

    /// The same as a Markdown table.
    var markdown: String {
        let rule = header.indices.map { numeric.contains($0) ? "--:" : "---" }
        return ([header, rule] + rows).map { row in
            "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }.joined(separator: "\n")
    }
}

extension String {
    /// Without the given characters at the end.
    fileprivate func trimmingSuffix(_ character: Character) -> String {
        var copy = self[...]
        while copy.last == character { copy.removeLast() }
        return String(copy)
    }
}
